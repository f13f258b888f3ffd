//! Quotes stand in their source; doubts are listed with the questions.

use crate::tidy::Finding;
use crate::tree::Tree;

#[cfg(test)]
mod tests;

const DOUBT: &str = "存疑";
const QUESTIONS: &str = "docs/questions.md";

/// `statutes/retiree-services/figures.toml` lies in `statutes/retiree-services`.
fn folder(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("statutes/")?;
    let name = inside.split_once('/')?.0;
    Some(&path[.."statutes/".len() + name.len()])
}

/// Every `quote` of a pack occurs in the `source.md` beside it, white space apart.
pub fn check_quotes(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.like(|path| folder(path).is_some() && path.ends_with(".toml")) {
        let source = folder(path).and_then(|folder| tree.files.get(&format!("{folder}/source.md")));
        let source = source.map(|text| squeezed(text));
        for (line, quote) in quotes(text) {
            let says = match &source {
                None => "quotes from a folder without source.md".to_owned(),
                Some(_) if squeezed(&quote).is_empty() => "an empty quote".to_owned(),
                Some(source) if source.contains(&squeezed(&quote)) => continue,
                Some(_) => format!("「{quote}」 does not occur in source.md"),
            };
            findings.push(Finding::new(path, line, "quote", says));
        }
    }
    findings
}

/// Without white space: the scanned text breaks its lines anywhere.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The values of `quote`, with the line they begin on.
fn quotes(toml: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = toml.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        // Also inside an inline table: `{ from = "…", quote = "…" }`.
        let mut rest = (key.to_owned(), value);
        loop {
            if rest.0.trim_end().rsplit([' ', '{', ',', '\t']).next() == Some("quote") {
                found.push((index + 1, value_at(rest.1, &lines[index + 1..])));
            }
            match rest.1.split_once('=') {
                Some((key, value)) => rest = (key.to_owned(), value),
                None => break,
            }
        }
    }
    found
}

/// A TOML string, of one line or (in three quotation marks) of several.
fn value_at(value: &str, following: &[&str]) -> String {
    let value = value.trim_start();
    for fence in ["\"\"\"", "'''"] {
        if let Some(first) = value.strip_prefix(fence) {
            let all = [&[first], following].concat().join("\n");
            return all.split(fence).next().unwrap_or_default().to_owned();
        }
    }
    if let Some(literal) = value.strip_prefix('\'') {
        return literal.split('\'').next().unwrap_or_default().to_owned();
    }
    let mut text = String::new();
    let mut chars = value.strip_prefix('"').unwrap_or_default().chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => text.extend(chars.next().filter(|c| matches!(c, '"' | '\\'))),
            c => text.push(c),
        }
    }
    text
}

/// Every doubt names a key, and the key is listed in the folder's `questions.md` or in the
/// project's. The key follows in brackets, `存疑（card.issue）`; in a pack the `id` above will do.
pub fn check_doubts(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in tree.sources().filter(|(path, _)| !path.starts_with("xtask/")) {
        for (index, comment) in source.comments.iter().enumerate() {
            findings.extend(doubts(tree, path, (index + 1, comment), None));
        }
    }
    let is_pack = |path: &str| folder(path).is_some() && path.ends_with(".toml");
    for (path, text) in tree.like(is_pack) {
        let mut id = None;
        for (index, line) in text.lines().enumerate() {
            id = own_id(line).or(id);
            findings.extend(doubts(tree, path, (index + 1, line), id));
        }
    }
    findings
}

/// `id = "card.issue"`.
fn own_id(line: &str) -> Option<&str> {
    let value = line.trim().strip_prefix("id")?.trim_start().strip_prefix('=')?;
    value.trim().strip_prefix('"')?.split('"').next()
}

fn doubts(
    tree: &Tree,
    path: &str,
    (number, line): (usize, &str),
    id: Option<&str>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (offset, _) in line.match_indices(DOUBT) {
        let key = key_after(&line[offset + DOUBT.len()..]).or(id);
        let says = match key {
            None => "a doubt names its key: 存疑（key）".to_owned(),
            Some(key) if is_listed(tree, path, key) => continue,
            Some(key) => format!("the doubt `{key}` is not listed in questions.md"),
        };
        findings.push(Finding::new(path, number, "doubt", says));
    }
    findings
}

fn key_after(rest: &str) -> Option<&str> {
    let rest = rest.trim_start().strip_prefix(['(', '（', '`'])?;
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = rest.find(|c| !is_key(c)).unwrap_or(rest.len());
    let key = rest[..end].trim_end_matches('.');
    (!key.is_empty()).then_some(key)
}

/// In the file's own folder of law, or in the project's list; code may cite any folder.
fn is_listed(tree: &Tree, path: &str, key: &str) -> bool {
    let is_list = |list: &str| {
        list == QUESTIONS
            || (list.ends_with("/questions.md")
                && (folder(path).is_none() || folder(path) == folder(list)))
    };
    tree.like(is_list).any(|(_, text)| has_key(text, key))
}

fn has_key(text: &str, key: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.match_indices(key).any(|(offset, _)| {
        let (before, after) = (&text[..offset], &text[offset + key.len()..]);
        let goes_on = after.starts_with('.') && after[1..].starts_with(is_part);
        !before.ends_with(|c| is_part(c) || c == '.') && !after.starts_with(is_part) && !goes_on
    })
}
