//! What is told about a visit, and what cannot be so.

use jiff::civil::Date;
use kernel::{FieldError, Problem, Reader};
use rules::facts::{Away, FactKind, Way};

use super::store;
use crate::registry::Person;

/// The household of a retiree who has died, when nobody of it is registered.
pub const HOUSEHOLD: i64 = -1;

/// Whether anybody was met or spoken to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Met,
    NotReached,
}

impl Outcome {
    pub const ALL: &[Self] = &[Self::Met, Self::NotReached];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotReached => "not_reached",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "已见到或联系上",
            Self::NotReached => "未联系上",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|known| known.code() == code).copied()
    }
}

/// What was learned on a visit; each leads to a fact, to a record, or to the next step.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    Hospitalised,
    Hardship,
    LivesAlone,
    Alone,
    SaidDead,
    NeedsHelp,
    SeniorCard,
    Card,
}

impl Finding {
    pub const ALL: &[Self] = &[
        Self::Hospitalised,
        Self::Hardship,
        Self::LivesAlone,
        Self::Alone,
        Self::NeedsHelp,
        Self::SeniorCard,
        Self::Card,
        Self::SaidDead,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hospitalised => "hospitalised",
            Self::Hardship => "hardship",
            Self::LivesAlone => "lives_alone",
            Self::Alone => "alone",
            Self::SaidDead => "said_dead",
            Self::NeedsHelp => "needs_help",
            Self::SeniorCard => "senior_card",
            Self::Card => "card",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hospitalised => "住院重病",
            Self::Hardship => "特殊变故、生活困难",
            Self::LivesAlone => "现独居",
            Self::Alone => "孤寡",
            Self::SaidDead => "已去世（待登记死亡）",
            Self::NeedsHelp => "需要帮助",
            Self::SeniorCard => "老年人优待证已办",
            Self::Card => "联系卡已发",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|known| known.code() == code).copied()
    }
}

/// What is told about one visit.
#[derive(Clone, Debug)]
pub struct Report {
    pub way: Way,
    pub outcome: Outcome,
    pub on: Date,
    /// 0 for the retiree, the number of a dependant relative, or [`HOUSEHOLD`].
    pub about: i64,
    pub visitor: String,
    pub findings: Vec<Finding>,
    /// Where the retiree lives now, if that was learned.
    pub away: Option<Away>,
    pub away_place: String,
    pub need: String,
    pub note: String,
}

impl Report {
    /// An ordinary home visit: everything else is told on top of it.
    #[must_use]
    pub fn ordinary(on: Date, visitor: &str) -> Self {
        Self {
            way: Way::Home,
            outcome: Outcome::Met,
            on,
            about: 0,
            visitor: visitor.to_owned(),
            findings: Vec::new(),
            away: None,
            away_place: String::new(),
            need: String::new(),
            note: String::new(),
        }
    }

    /// The fact that the visit itself is.
    #[must_use]
    pub const fn fact(&self) -> FactKind {
        let (way, about) = (self.way, self.about);
        match self.outcome {
            Outcome::Met => FactKind::Contacted { way, about },
            Outcome::NotReached => FactKind::NotReached { way, about },
        }
    }

    /// What was found, as it is stored: codes between commas, the place with its kind.
    #[must_use]
    pub fn findings_text(&self) -> String {
        let away = self.away.map(|away| format!("away:{}", away.code()));
        let codes = self.findings.iter().map(|finding| finding.code().to_owned());
        codes.chain(away).collect::<Vec<_>>().join(",")
    }
}

/// The findings of a stored visit, in words.
#[must_use]
pub fn findings_words(stored: &str) -> Vec<String> {
    let known = stored.split(',').filter(|code| !code.is_empty());
    known
        .map(|code| match code.strip_prefix("away:") {
            Some(away) => {
                let known = Away::from_code(away);
                format!("居住地：{}", known.map_or(away.to_owned(), |away| away.to_string()))
            }
            None => {
                let known = Finding::from_code(code);
                known.map_or(code.to_owned(), |finding| finding.name().to_owned())
            }
        })
        .collect()
}

const LONGEST: usize = 500;

/// Refuses what cannot be so.
///
/// # Errors
/// Field problems, each with a sentence.
pub async fn check(
    reader: &mut impl Reader,
    person: &Person,
    report: &Report,
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    if report.on < person.taken_in_on {
        let since = person.taken_in_on;
        wrong("on", format!("走访日期不能早于纳入管理的日期（{since}）"));
    }
    if person.left_on.is_some_and(|left_on| report.on > left_on) {
        wrong("on", "此人已转出，转出以后的走访不再登记".to_owned());
    }
    let gone = person.died_on.is_some_and(|died_on| report.on > died_on);
    if gone && report.about == 0 {
        let sentence = "此人已登记去世，请把走访对象改为家属";
        wrong("about", sentence.to_owned());
    }
    if report.about == HOUSEHOLD && person.died_on.is_none() {
        let sentence = "走访对象请选退休人员本人或其供养亲属";
        wrong("about", sentence.to_owned());
    }
    if report.about > 0 {
        let relatives = store::dependants(reader, person.id).await?;
        if !relatives.iter().any(|relative| relative.id == report.about) {
            wrong("about", "走访对象不在此人的供养亲属中，请重新选择".to_owned());
        }
    }
    if report.about != 0 && (report.away.is_some() || of_retiree(&report.findings)) {
        let sentence = "这些情况记在退休人员本人名下，请另登记一次对本人的走访";
        wrong("findings", sentence.to_owned());
    }
    for (field, message) in texts(report) {
        wrong(field, message);
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

fn of_retiree(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| !matches!(finding, Finding::NeedsHelp))
}

fn texts(report: &Report) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let n_visitor = report.visitor.chars().count();
    if !(1..=50).contains(&n_visitor) {
        wrong.push(("visitor", "请填写走访人姓名，最多 50 个字".to_owned()));
    }
    let needs_help = report.findings.contains(&Finding::NeedsHelp);
    if needs_help && report.need.is_empty() {
        wrong.push(("need", "勾选了“需要帮助”，请写明需要什么帮助".to_owned()));
    }
    let long = [("need", &report.need), ("note", &report.note), ("away_place", &report.away_place)];
    for (field, text) in long {
        if text.chars().count() > LONGEST {
            wrong.push((field, format!("最多 {LONGEST} 个字，请删减")));
        }
    }
    wrong
}
