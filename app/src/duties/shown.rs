//! Words for a duty: its tag, how late it is, its face in the API.

use jiff::civil::Date;
use kernel::Problem;
use rules::days::days_between;
use rules::duties::{Certainty, Duty, State, Timeliness, overdue_level, why};

use super::lists::Listed;
use crate::policies::Laws;

/// A tone and a word for what has become of a duty by a day.
#[must_use]
pub fn tag(duty: &Duty, today: Date) -> (frame::Tone, String) {
    use frame::Tone;
    match duty.state {
        State::Open => {
            let n_days = days_between(today, duty.due_on);
            match n_days {
                ..0 => (Tone::Bad, format!("逾期{}天", -n_days)),
                0 => (Tone::Warn, "今天到期".to_owned()),
                1..=7 => (Tone::Warn, format!("还有{n_days}天")),
                _ => (Tone::Info, "未办".to_owned()),
            }
        }
        State::Settled { timeliness, .. } => match timeliness {
            Timeliness::OnTime => (Tone::Good, "按期办结".to_owned()),
            Timeliness::Late => (Tone::Warn, "逾期办结".to_owned()),
        },
        State::Missed { .. } => (Tone::Bad, "错过".to_owned()),
        State::Lapsed { .. } => (Tone::Plain, "不再需要".to_owned()),
    }
}

/// A duty as the API and the command line tell it.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct DutyOut {
    /// Absent when it was derived for another day and is not stored.
    pub id: Option<i64>,
    pub person: i64,
    /// Empty when the person is served elsewhere by now.
    pub person_name: String,
    pub rule: String,
    pub rule_name: String,
    /// First day of the version of the rule.
    pub version: String,
    /// Division code of the station at which it is counted.
    pub org: String,
    pub station: i64,
    /// `station`, `street`, `district` or `city`.
    pub owner: String,
    /// The relative whom it is about, or 0.
    pub about: i64,
    pub opens_on: String,
    pub due_on: String,
    pub closes_on: String,
    /// The year's calendar of working days is not known yet.
    pub estimated: bool,
    /// `open`, `settled`, `missed` or `lapsed`.
    pub state: String,
    pub n_days_overdue: i64,
    /// The level up to which it has climbed while overdue; empty when it is not overdue.
    pub climbed_to: String,
    pub late: bool,
    pub ended_on: Option<String>,
    pub entered_on: Option<String>,
}

/// Why a duty is owed, and why on this day.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct WhyOut {
    pub sentence: String,
    pub cite: String,
    pub pack: String,
    pub explains: String,
    pub steps: Vec<String>,
}

/// The face of a stored duty.
#[must_use]
pub fn listed(of: &Listed, laws: &Laws, today: Date) -> DutyOut {
    let about =
        About { id: Some(of.stored.id), person: of.person, name: &of.person_name, org: &of.org };
    out(&of.stored.duty, &about, laws, today)
}

/// Whose duty it is, and where it is counted.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub id: Option<i64>,
    pub person: i64,
    pub name: &'a str,
    pub org: &'a str,
}

/// The face of any duty.
#[must_use]
pub fn out(duty: &Duty, about: &About<'_>, laws: &Laws, today: Date) -> DutyOut {
    let is_open = duty.state == State::Open;
    let climbed = overdue_level(duty.due_on, today, laws.terms(about.org)).filter(|_| is_open);
    let (state, ended_on, entered_on) = match duty.state {
        State::Open => ("open", None, None),
        State::Settled { on, entered_on, .. } => ("settled", Some(on), Some(entered_on)),
        State::Missed { on } => ("missed", Some(on), None),
        State::Lapsed { on, .. } => ("lapsed", Some(on), None),
    };
    let late = matches!(
        duty.state,
        State::Settled { timeliness: Timeliness::Late, .. } | State::Missed { .. }
    );
    DutyOut {
        id: about.id,
        person: about.person,
        person_name: about.name.to_owned(),
        rule: duty.rule.id().to_owned(),
        rule_name: duty.rule.name().to_owned(),
        version: duty.version.to_string(),
        org: about.org.to_owned(),
        station: duty.station,
        owner: duty.owner.code().to_owned(),
        about: duty.about,
        opens_on: duty.opens_on.to_string(),
        due_on: duty.due_on.to_string(),
        closes_on: duty.closes_on.to_string(),
        estimated: duty.certainty == Certainty::Estimated,
        state: state.to_owned(),
        n_days_overdue: if is_open { days_between(duty.due_on, today).max(0) } else { 0 },
        climbed_to: climbed.map_or("", |level| level.code()).to_owned(),
        late,
        ended_on: ended_on.map(|day| day.to_string()),
        entered_on: entered_on.map(|day| day.to_string()),
    }
}

/// Why a duty is owed under the law of its place.
///
/// # Errors
/// A refusal when the version it was born under is no part of the law any more.
pub fn because(of: &Listed, laws: &Laws) -> Result<WhyOut, Problem> {
    let (law, duty) = (laws.law(&of.org), &of.stored.duty);
    let told = why(duty, law).map_err(super::no_law)?;
    let text = law.rule_on(duty.rule.id(), duty.version);
    let text = text.map_err(super::no_law)?;
    let pack = law.packs().iter().find(|pack| pack.id == text.pack);
    Ok(WhyOut {
        sentence: told.sentence,
        cite: told.cite,
        pack: pack.map_or_else(String::new, |pack| pack.name.clone()),
        explains: told.explains,
        steps: told.steps,
    })
}
