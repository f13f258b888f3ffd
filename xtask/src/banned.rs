//! Words that may not stand in the code, and places that may not stand in any file.

use crate::rust::words;
use crate::tidy::Finding;
use crate::tree::Tree;

/// A word of code, where it is allowed, and what to do instead.
struct Ban {
    word: &'static str,
    is_allowed: fn(&str) -> bool,
    instead: &'static str,
}

const BANS: &[Ban] = &[
    Ban { word: "#[allow(", is_allowed: never, instead: "use #[expect(…, reason = \"…\")]" },
    Ban { word: "#![allow(", is_allowed: never, instead: "use #[expect(…, reason = \"…\")]" },
    Ban { word: "todo!", is_allowed: never, instead: "write it" },
    Ban { word: "unimplemented!", is_allowed: never, instead: "write it" },
    Ban { word: "dbg!", is_allowed: never, instead: "take it out" },
    Ban { word: "#[ignore", is_allowed: never, instead: "a test runs or goes" },
    Ban { word: "worksheet_range", is_allowed: never, instead: "use the streaming cell reader" },
    Ban { word: "Timestamp::now", is_allowed: has_clock, instead: "ask kernel::clock" },
    Ban { word: "SystemTime::now", is_allowed: has_clock, instead: "ask kernel::clock" },
    Ban { word: "Zoned::now", is_allowed: has_clock, instead: "ask kernel::clock" },
    Ban { word: "Instant::now", is_allowed: has_clock, instead: "ask kernel::clock" },
    Ban { word: "f32", is_allowed: has_floats, instead: "count in whole units; money is Fen" },
    Ban { word: "f64", is_allowed: has_floats, instead: "count in whole units; money is Fen" },
];

fn never(_: &str) -> bool {
    false
}

fn is_measurement(path: &str) -> bool {
    path.split('/').any(|part| part == "benches" || part == "examples")
}

fn has_clock(path: &str) -> bool {
    path == "kernel/src/clock.rs" || path.starts_with("xtask/") || is_measurement(path)
}

fn has_floats(path: &str) -> bool {
    !path.starts_with("rules/") || is_measurement(path)
}

/// Words that no code may use.
pub fn check_code(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in tree.sources() {
        for (line, code) in source.numbered() {
            for ban in BANS {
                if !words(code, ban.word).is_empty() && !(ban.is_allowed)(path) {
                    let says = format!("`{}` is not used here: {}", ban.word, ban.instead);
                    findings.push(Finding::new(path, line, "banned", says));
                }
            }
            if !has_floats(path) && has_float_literal(code) {
                let says = "a fraction is not used here: count in whole units";
                findings.push(Finding::new(path, line, "banned", says));
            }
        }
    }
    findings
}

/// `1.5`, but not `pair.0.1` and not `0..5`.
fn has_float_literal(code: &str) -> bool {
    let chars: Vec<char> = code.chars().collect();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ')' | ']');
    (1..chars.len().saturating_sub(1)).any(|dot| {
        let starts = chars[..dot].iter().rposition(|c| !c.is_ascii_digit() && *c != '_');
        let first = starts.map_or(0, |before| before + 1);
        chars[dot] == '.'
            && first < dot
            && chars[dot + 1].is_ascii_digit()
            && starts.is_none_or(|before| !is_word(chars[before]))
    })
}

/// Written in two parts, so that this file does not name them itself.
const PLACES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/tmp/", "bash_jobs"),
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "npmmirror"),
    concat!("registry.", "yarnpkg"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("files.", "pythonhosted"),
    concat!("pypi", ".org/simple"),
    concat!("proxy.", "golang.org"),
    concat!("deb.", "debian.org"),
    concat!("rs", "proxy.cn"),
];

/// Folders of one machine and hosts of package registries, in any file.
pub fn check_places(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.like(|_| true) {
        for (index, line) in text.lines().enumerate() {
            for place in PLACES.iter().filter(|place| line.contains(**place)) {
                let says = format!("`{place}` is true of one machine only: take it out");
                findings.push(Finding::new(path, index + 1, "place", says));
            }
        }
        if path.ends_with("package-lock.json") && text.contains("\"resolved\": \"http") {
            let says = "lock with `npm config set omit-lockfile-registry-resolved true`";
            findings.push(Finding::new(path, 1, "place", says));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check_code(&Tree::sample(&[(path, text)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn every_banned_word_is_found_in_code_only() {
        for ban in BANS {
            let text = format!("fn a() {{\n    {}\n}}\n", ban.word);
            assert_eq!(lines("rules/src/a.rs", &text), [2], "{}", ban.word);
            let quoted = format!("// {}\nconst A: &str = r#\"{}\"#;\n", ban.word, ban.word);
            assert_eq!(lines("rules/src/a.rs", &quoted), [], "{}", ban.word);
        }
    }

    #[test]
    fn the_clock_is_read_in_one_file() {
        let text = "let now = Timestamp::now();";
        assert_eq!(lines("kernel/src/clock.rs", text), []);
        assert_eq!(lines("rules/benches/duties.rs", text), []);
        assert_eq!(lines("kernel/src/db.rs", text), [1]);
    }

    #[test]
    fn floats_are_refused_in_rules_only() {
        assert_eq!(lines("rules/src/a.rs", "let a = 1.5;\nlet b = x.0.1;\nlet c = 0..5;"), [1]);
        assert_eq!(
            lines("rules/src/a.rs", "let a = x as f64;\nlet b = (0.25, pair[0].1);"),
            [1, 2]
        );
        assert_eq!(lines("app/src/a.rs", "let a = x as f64 * 1.5;"), []);
    }

    #[test]
    fn places_are_found_in_any_file() {
        for place in PLACES {
            let text = format!("a\nsee {place}x\n");
            let found = check_places(&Tree::sample(&[("docs/a.md", &text)]));
            assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [2], "{place}");
        }
        assert_eq!(check_places(&Tree::sample(&[("a.md", "https://crates.io/crates/jiff")])), []);
    }

    #[test]
    fn a_lock_file_names_no_host() {
        let lock = "{\n \"resolved\": \"https://example.test/a.tgz\"\n}";
        assert_eq!(check_places(&Tree::sample(&[("browser/package-lock.json", lock)])).len(), 1);
    }
}
