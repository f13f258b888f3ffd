//! 政策依据：规则和数字，连同原文、出处和起始日期，供人查阅。
//!
//! Owns: nothing. Uses: nothing.

pub mod api;
pub mod pages;

use jiff::civil::Date;
use rules::law::{Figure, Law, RuleText};

/// What is known of an id: a rule with all its versions, or a figure with all its entries.
#[derive(Debug)]
pub enum Found<'a> {
    Rule(Vec<&'a RuleText>),
    Figure(&'a Figure),
}

/// A rule or a figure by its id.
#[must_use]
pub fn find<'a>(law: &'a Law, id: &str) -> Option<Found<'a>> {
    let versions: Vec<&RuleText> = law.rules().iter().filter(|rule| rule.id == id).collect();
    if !versions.is_empty() {
        return Some(Found::Rule(versions));
    }
    law.figures().find(|figure| figure.id == id).map(Found::Figure)
}

/// The Chinese title of a pack.
#[must_use]
pub fn pack_name<'a>(law: &'a Law, pack: &'a str) -> &'a str {
    law.packs().iter().find(|known| known.id == pack).map_or(pack, |known| &known.name)
}

/// The versions of rules in force on a day, by id.
#[must_use]
pub fn rules_on(law: &Law, on: Date) -> Vec<&RuleText> {
    let mut ids: Vec<&str> = law.rules().iter().map(|rule| rule.id.as_str()).collect();
    ids.dedup();
    ids.into_iter().filter_map(|id| law.rule_on(id, on).ok()).collect()
}
