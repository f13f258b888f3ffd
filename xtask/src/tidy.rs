//! All checks, and what they find.

use std::fmt;

use crate::tree::Tree;
use crate::{banned, glossary, law, rooms, sizes, sql};

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// The name of the rule, in two to six characters.
    pub rule: &'static str,
    pub says: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.says)
    }
}

impl Finding {
    pub fn new(path: &str, line: usize, rule: &'static str, says: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, says: says.into() }
    }
}

type Check = fn(&Tree) -> Vec<Finding>;

const CHECKS: &[Check] = &[
    sizes::check,
    banned::check_code,
    banned::check_places,
    rooms::check,
    sql::check_writers,
    sql::check_migrations,
    sql::check_dialect,
    law::check_quotes,
    law::check_doubts,
    glossary::check,
];

/// What every check finds, by path and line.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(tree)).collect();
    findings.sort();
    findings.dedup();
    findings
}
