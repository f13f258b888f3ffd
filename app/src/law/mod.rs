//! 政策依据：规则和数字，连同原文、出处和起始日期，供人查阅。
//!
//! Owns: nothing. Uses: `policies`.

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

/// What a pack holds.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// On which of the layers it lies.
    pub layer: &'static str,
    /// The first and the last of the first days in it; `None` when it is empty.
    pub first_on: Option<Date>,
    pub newest_on: Option<Date>,
    pub n_rules: usize,
    pub n_figures: usize,
}

/// Every pack with what it holds, the lowest first.
#[must_use]
pub fn contents(law: &Law) -> Vec<Content<'_>> {
    let of = |pack: &'_ rules::law::Pack| {
        let rules = law.rules().iter().filter(|rule| rule.pack == pack.id);
        let entries = law.figures().flat_map(Figure::entries).filter(|entry| entry.pack == pack.id);
        let mut days: Vec<Date> = rules.clone().map(|rule| rule.from).collect();
        let n_rules = days.len();
        days.extend(entries.map(|entry| entry.from));
        (days.iter().min().copied(), days.iter().max().copied(), n_rules, days.len() - n_rules)
    };
    let content = |pack| {
        let (first_on, newest_on, n_rules, n_figures) = of(pack);
        let layer = match pack.order {
            0 => "平台决定，补原文和法规的空白",
            1 => "原文",
            2 => "国家规定，优先于原文",
            _ => "本地标准，优先于国家规定",
        };
        Content { id: &pack.id, name: &pack.name, layer, first_on, newest_on, n_rules, n_figures }
    };
    law.packs().iter().map(content).collect()
}

/// The versions of rules in force on a day, by id.
#[must_use]
pub fn rules_on(law: &Law, on: Date) -> Vec<&RuleText> {
    let mut ids: Vec<&str> = law.rules().iter().map(|rule| rule.id.as_str()).collect();
    ids.dedup();
    ids.into_iter().filter_map(|id| law.rule_on(id, on).ok()).collect()
}
