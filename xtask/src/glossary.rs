//! One word for one thing: `glossary.toml` and the words it refuses.

use crate::rooms::is_chinese;
use crate::tidy::Finding;
use crate::tree::Tree;

const PATH: &str = "glossary.toml";

/// Headings of other people's forms, which the import must know.
const FOREIGN_WORDS: [&str; 2] = ["synonyms.rs", "/sheet.rs"];

#[derive(Debug, Default, PartialEq, Eq)]
struct Term {
    line: usize,
    zh: String,
    en: String,
    means: String,
    forbidden: Vec<String>,
}

/// The glossary is whole, and its refused words are on no page.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.files.get(PATH) else {
        return Vec::new();
    };
    let terms = terms(text);
    let mut findings = entries(&terms);
    let speaks = |path: &str| {
        (path.starts_with("app/src/") || path.starts_with("frame/src/"))
            && !FOREIGN_WORDS.iter().any(|end| path.ends_with(end))
    };
    for (path, source) in tree.sources().filter(|(path, _)| speaks(path)) {
        for literal in source.literals.iter().filter(|literal| !literal.is_test) {
            for (index, line) in literal.text.lines().enumerate() {
                findings.extend(
                    refused(&terms, line)
                        .into_iter()
                        .map(|says| Finding::new(path, literal.line + index, "glossary", says)),
                );
            }
        }
    }
    findings
}

/// Reads `[[term]]` entries with one key a line.
fn terms(text: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim() == "[[term]]" {
            terms.push(Term { line: index + 1, ..Term::default() });
        }
        let (Some(term), Some((key, value))) = (terms.last_mut(), line.split_once('=')) else {
            continue;
        };
        let mut values = value.split('"').skip(1).step_by(2).map(str::to_owned);
        match key.trim() {
            "zh" => term.zh = values.next().unwrap_or_default(),
            "en" => term.en = values.next().unwrap_or_default(),
            "means" => term.means = values.next().unwrap_or_default(),
            "forbidden" => term.forbidden = values.collect(),
            _ => {}
        }
    }
    terms
}

/// Each term is whole and stands once; no refused word is a term.
fn entries(terms: &[Term]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |term: &Term, says: String| {
        findings.push(Finding::new(PATH, term.line, "glossary", says));
    };
    for (index, term) in terms.iter().enumerate() {
        if !term.zh.chars().any(is_chinese) || term.en.is_empty() || term.means.is_empty() {
            add(term, format!("「{}」 needs zh, en and means", term.zh));
        }
        if terms[..index].iter().any(|other| other.zh == term.zh || other.en == term.en) {
            add(term, format!("「{}」 ({}) stands twice", term.zh, term.en));
        }
        for word in &term.forbidden {
            if terms.iter().any(|other| other.zh.contains(word.as_str())) {
                add(term, format!("the refused word 「{word}」 is part of a term"));
            }
        }
    }
    findings
}

/// What is to be said instead of the refused words in a line.
fn refused(terms: &[Term], line: &str) -> Vec<String> {
    let mut says = Vec::new();
    for term in terms {
        for word in term.forbidden.iter().filter(|word| line.contains(word.as_str())) {
            says.push(format!("say 「{}」, not 「{word}」", term.zh));
        }
    }
    says
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOSSARY: &str = "[[term]]\nzh = \"台账\"\nen = \"ledger\"\n\
        means = \"a reading of facts\"\n\
        forbidden = [\"台帐\", \"流水账\"]\n";

    fn says(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::sample(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_refused_word_is_found_on_pages_only() {
        let page = "let a = html! { p { \"走访台账\" } };\nlet b = \"走访\n台帐\"; // 台帐";
        let of = |path| says(&[(PATH, GLOSSARY), (path, page)]);
        let expected = "app/src/visits/pages.rs:3: glossary: say 「台账」, not 「台帐」";
        assert_eq!(of("app/src/visits/pages.rs"), [expected]);
        assert_eq!(of("frame/src/table.rs").len(), 1);
        assert_eq!(of("rules/src/a.rs").len(), 0);
        assert_eq!(of("app/src/exchange/synonyms.rs").len(), 0);
        assert_eq!(of("app/src/visits/tests.rs").len(), 0);
    }

    #[test]
    fn an_entry_is_whole_and_stands_once() {
        assert_eq!(says(&[(PATH, GLOSSARY)]), Vec::<String>::new());
        let twice = format!("{GLOSSARY}{GLOSSARY}");
        assert_eq!(
            says(&[(PATH, &twice)]),
            ["glossary.toml:6: glossary: 「台账」 (ledger) stands twice"]
        );
        let bare = "[[term]]\nzh = \"台账\"\nen = \"\"\nmeans = \"x\"\n";
        assert_eq!(says(&[(PATH, bare)]).len(), 1);
    }

    #[test]
    fn a_refused_word_is_no_part_of_a_term() {
        let clash = format!(
            "{GLOSSARY}[[term]]\nzh = \"账\"\nen = \"a\"\nmeans = \"b\"\nforbidden = [\"台\"]\n"
        );
        assert_eq!(says(&[(PATH, &clash)]).len(), 1);
    }

    #[test]
    fn the_project_s_own_glossary_is_rich_and_sound() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../glossary.toml");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(terms(&text).len() >= 40);
        assert_eq!(entries(&terms(&text)), []);
    }
}
