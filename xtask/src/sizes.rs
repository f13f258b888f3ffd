//! The numbers of the style: lines of a file and of a function, columns, parameters.

use crate::rust::{Function, is_test_file};
use crate::tidy::Finding;
use crate::tree::Tree;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const COLUMNS: usize = 100;
const PARAMETERS: usize = 5;

/// Every Rust file, and the columns of scripts and pages too.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in tree.sources() {
        findings.extend(file(path, &source.is_test));
        for function in &source.functions {
            findings.extend(function_size(path, function));
            findings.extend(function_parameters(path, function));
        }
    }
    for (path, text) in tree.like(has_columns) {
        findings.extend(columns(path, text));
    }
    findings
}

fn file(path: &str, is_test: &[bool]) -> Option<Finding> {
    let n_lines = is_test.iter().filter(|is_test| !**is_test).count();
    (!is_test_file(path) && n_lines > FILE_LINES).then(|| {
        let says = format!("{n_lines} lines without tests; {FILE_LINES} at most: part the file");
        Finding::new(path, 1, "file", says)
    })
}

fn function_size(path: &str, function: &Function) -> Option<Finding> {
    let Function { name, line, n_lines, .. } = function;
    (*n_lines > FUNCTION_LINES).then(|| {
        let says = format!("`{name}` has {n_lines} lines of code; {FUNCTION_LINES} at most");
        Finding::new(path, *line, "function", says)
    })
}

fn function_parameters(path: &str, function: &Function) -> Vec<Finding> {
    let Function { name, line, parameters, .. } = function;
    let mut findings = Vec::new();
    if parameters.len() > PARAMETERS {
        let says = format!("`{name}` takes {} parameters: make a struct", parameters.len());
        findings.push(Finding::new(path, *line, "params", says));
    }
    if function.is_public && parameters.iter().any(|kind| kind == "bool") {
        let says = format!("`{name}` takes a bare bool: make an enum that says what is meant");
        findings.push(Finding::new(path, *line, "bool", says));
    }
    findings
}

/// The dense text of packages and the law itself keep their own lines.
fn has_columns(path: &str) -> bool {
    let own = [".rs", ".mjs", ".sh", ".css", ".sql"].iter().any(|end| path.ends_with(end));
    own || path == ".ci/run" || (path.ends_with(".js") && !path.ends_with(".min.js"))
}

fn columns(path: &str, text: &str) -> Vec<Finding> {
    let too_long = |line: &&str| line.chars().count() > COLUMNS;
    let numbered = text.lines().enumerate().filter(|(_, line)| too_long(line));
    numbered
        .map(|(index, line)| {
            let says = format!("{} columns; {COLUMNS} at most", line.chars().count());
            Finding::new(path, index + 1, "line", says)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(files: &[(&str, &str)]) -> Vec<(usize, &'static str)> {
        check(&Tree::sample(files)).into_iter().map(|f| (f.line, f.rule)).collect()
    }

    #[test]
    fn a_file_of_400_lines_is_the_longest() {
        assert_eq!(rules(&[("app/src/a.rs", &"x();\n".repeat(400))]), []);
        assert_eq!(rules(&[("app/src/a.rs", &"x();\n".repeat(401))]), [(1, "file")]);
    }

    #[test]
    fn tests_do_not_count_for_the_file() {
        let long = "x();\n".repeat(401);
        let block = format!("x();\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        let files = [("a/src/tests.rs", &*long), ("a/tests/b.rs", &long), ("a/src/c.rs", &block)];
        assert_eq!(rules(&files), []);
    }

    #[test]
    fn a_function_of_60_lines_is_the_longest() {
        let of = |n: usize| format!("fn a() {{\n{}}}\n", "    x();\n\n    // why\n".repeat(n - 2));
        assert_eq!(rules(&[("a/src/a.rs", &of(60))]), []);
        assert_eq!(rules(&[("a/src/a.rs", &of(61))]), [(1, "function")]);
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(rules(&[("a/src/a.rs", &format!("// {}", "松".repeat(97)))]), []);
        assert_eq!(rules(&[("a/b.sh", &format!("\n# {}", "松".repeat(99)))]), [(2, "line")]);
        assert_eq!(
            rules(&[("a/README.md", &"松".repeat(200)), ("a.min.js", &"x".repeat(200))]),
            []
        );
    }

    #[test]
    fn five_parameters_are_the_most() {
        let five = "fn a(&self, b: A<B, C>, c: u8, d: u8, e: u8) {}";
        let six = "fn a(&self, b: A<B, C>, c: u8, d: u8, e: u8, f: u8) {}";
        assert_eq!(rules(&[("a/src/a.rs", five)]), []);
        assert_eq!(rules(&[("a/src/a.rs", six)]), [(1, "params")]);
    }

    #[test]
    fn no_bare_bool_in_public() {
        assert_eq!(rules(&[("a/src/a.rs", "pub(crate) fn a(is_new: bool) {}")]), [(1, "bool")]);
        let fine = "fn a(b: bool) {}\npub fn c(d: impl Fn(u8) -> bool, e: Option<bool>) -> bool {}";
        assert_eq!(rules(&[("a/src/a.rs", fine)]), []);
    }
}
