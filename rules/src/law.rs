//! 法规：条文、数字和它们各自的起始日期，一层压一层。
//!
//! Packs lie over one another: our own recorded decisions (0) fill gaps, then the source text (1),
//! national law (2), local law (3). On a day the highest pack with an entry in force wins, and
//! within the same order the later entry. Every quote occurs verbatim in its pack's source.

mod packs;

use crate::coded::coded;
use crate::days::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

pub use packs::LawError;

coded! {
    /// The level of an organisation that owes or supervises a duty.
    Level {
        Station = "station" "社区",
        Street = "street" "街道",
        District = "district" "区",
        City = "city" "市",
    }
}

/// All packs, laid over one another.
#[derive(Clone, Debug)]
pub struct Law {
    packs: Vec<Pack>,
    figures: BTreeMap<String, Figure>,
    rules: Vec<RuleText>,
}

/// One instrument as embedded in the program, or the local figures given at run time.
#[derive(Clone, Debug)]
pub struct Pack {
    /// The folder, e.g. `retiree-services`; `local` for the local figures.
    pub id: String,
    /// The Chinese title.
    pub name: String,
    /// 0 our decisions, 1 the source text, 2 national law, 3 local.
    pub order: u8,
    /// The source with the sentences that are quoted; empty for local figures.
    pub source: &'static str,
    /// The open questions about it; empty for local figures.
    pub questions: &'static str,
}

/// A dated figure with all its entries, lowest pack first, then by day.
#[derive(Clone, Debug)]
pub struct Figure {
    pub id: String,
    pub name: String,
    pub unit: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    order: u8,
    pack: String,
    says: Says,
}

/// One value of a figure with its first day and its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Says {
    from: TomlDay,
    value: i64,
    cite: String,
    quote: String,
}

/// A day written as a string in TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct TomlDay(Date);

impl TryFrom<String> for TomlDay {
    type Error = crate::days::NotADay;

    fn try_from(text: String) -> Result<TomlDay, Self::Error> {
        crate::days::parse_day(&text).map(TomlDay)
    }
}

/// What is in force of a figure on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce<'a> {
    pub from: Date,
    pub value: i64,
    pub cite: &'a str,
    pub quote: &'a str,
    /// The id of the pack that says so.
    pub pack: &'a str,
}

/// A version of a rule: what is owed, by whom, since when, in whose words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    pub id: String,
    pub name: String,
    pub owner: Level,
    pub from: Date,
    pub cite: String,
    pub quote: String,
    /// One plain Chinese sentence.
    pub explains: String,
    /// The id of the pack that says so.
    pub pack: String,
    order: u8,
}

/// A figure that a city, district or street has set for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFigure {
    pub figure: String,
    pub from: Date,
    pub value: i64,
    pub cite: String,
    pub quote: String,
}

/// A day without law.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{on}无「{name}」的有效规定")]
pub struct NoLaw {
    pub on: Date,
    /// The Chinese name of the figure or rule, or its id when it is unknown.
    pub name: String,
}

/// A figure asked for by its id, which may be unknown.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    id: &'a str,
    figure: Option<&'a Figure>,
}

impl Law {
    /// The law that is part of the program.
    ///
    /// # Errors
    /// [`LawError`] when a pack is malformed or quotes what its source does not say.
    pub fn embedded() -> Result<Law, LawError> {
        packs::embedded()
    }

    /// A figure by its id; ask it for a day.
    pub fn figure<'a>(&'a self, id: &'a str) -> Asked<'a> {
        Asked { id, figure: self.figures.get(id) }
    }

    /// All figures by id.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.figures.values()
    }

    /// The packs, lowest first.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// All versions of all rules, by id, then by pack and day.
    pub fn rules(&self) -> &[RuleText] {
        &self.rules
    }

    /// The newest version of a rule.
    pub fn rule(&self, id: &str) -> Option<&RuleText> {
        self.versions(id).max_by_key(|rule| (rule.order, rule.from))
    }

    /// The version of a rule in force on a day.
    ///
    /// # Errors
    /// [`NoLaw`] when there is none.
    pub fn rule_on(&self, id: &str, on: Date) -> Result<&RuleText, NoLaw> {
        self.versions(id)
            .filter(|rule| rule.from <= on)
            .max_by_key(|rule| (rule.order, rule.from))
            .ok_or_else(|| NoLaw {
                on,
                name: self.rule(id).map_or(id, |rule| &rule.name).to_owned(),
            })
    }

    /// The law with the figures of one place laid over it, and over those of the places above it,
    /// which were laid before: the district decides over its city, whatever day the city chose.
    /// Figures that no pack knows are kept and have no effect on duties.
    #[must_use]
    pub fn with_local(mut self, local: Vec<LocalFigure>) -> Law {
        let entries = self.figures.values().flat_map(|figure| &figure.entries);
        let highest = entries.map(|entry| entry.order).max().unwrap_or(0);
        let order = highest.saturating_add(1).max(packs::LOCAL_ORDER);
        if !self.packs.iter().any(|pack| pack.id == packs::LOCAL) {
            self.packs.push(packs::local());
        }
        for one in local {
            let figure = self.figures.entry(one.figure.clone()).or_insert_with(|| Figure {
                id: one.figure.clone(),
                name: one.figure.clone(),
                unit: String::new(),
                entries: Vec::new(),
            });
            let LocalFigure { from, value, cite, quote, .. } = one;
            figure.insert(Entry {
                order,
                pack: packs::LOCAL.to_owned(),
                says: Says { from: TomlDay(from), value, cite, quote },
            });
        }
        self
    }

    /// The law as it would be without one of its packs; `None` when there is no such pack.
    #[must_use]
    pub fn without(&self, pack: &str) -> Option<Law> {
        let mut law = self.clone();
        law.packs.retain(|known| known.id != pack);
        if law.packs.len() == self.packs.len() {
            return None;
        }
        law.rules.retain(|rule| rule.pack != pack);
        for figure in law.figures.values_mut() {
            figure.entries.retain(|entry| entry.pack != pack);
        }
        law.figures.retain(|_, figure| !figure.entries.is_empty());
        Some(law)
    }

    fn versions(&self, id: &str) -> impl Iterator<Item = &RuleText> {
        self.rules.iter().filter(move |rule| rule.id == id)
    }
}

impl InForce<'_> {
    /// Whether a city or a district decided it for itself.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.pack == packs::LOCAL
    }
}

impl<'a> Asked<'a> {
    /// What is in force on a day.
    ///
    /// # Errors
    /// [`NoLaw`] for a day before the first entry and for an unknown figure.
    pub fn on(self, day: Date) -> Result<InForce<'a>, NoLaw> {
        let in_force = self.figure.and_then(|figure| figure.on(day));
        in_force.ok_or_else(|| NoLaw {
            on: day,
            name: self.figure.map_or(self.id, |figure| &figure.name).to_owned(),
        })
    }
}

impl Figure {
    /// What is in force on a day, if anything.
    pub fn on(&self, day: Date) -> Option<InForce<'_>> {
        self.entries
            .iter()
            .filter(|entry| entry.says.from.0 <= day)
            .max_by_key(|entry| (entry.order, entry.says.from.0))
            .map(Entry::in_force)
    }

    /// Every entry of every pack, lowest pack first, then by day.
    pub fn entries(&self) -> impl Iterator<Item = InForce<'_>> {
        self.entries.iter().map(Entry::in_force)
    }

    /// The days from which another entry is in force, with its value, earliest first.
    pub fn steps(&self) -> Vec<(Date, i64)> {
        let mut days: Vec<Date> = self.entries.iter().map(|entry| entry.says.from.0).collect();
        days.sort_unstable();
        days.dedup();
        days.into_iter().filter_map(|day| self.on(day).map(|now| (day, now.value))).collect()
    }

    fn insert(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.entries.sort_by_key(|entry| (entry.order, entry.says.from.0));
    }
}

impl Entry {
    fn in_force(&self) -> InForce<'_> {
        InForce {
            from: self.says.from.0,
            value: self.says.value,
            cite: &self.says.cite,
            quote: &self.says.quote,
            pack: &self.pack,
        }
    }
}

/// Whether a quote occurs in a source, white space apart: printed lines break within sentences.
pub fn occurs(quote: &str, source: &str) -> bool {
    let without = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let quote = without(quote);
    !quote.is_empty() && without(source).contains(&quote)
}

#[cfg(test)]
mod tests;
