//! Outcomes that are not visits: certified at the door, card handed over, senior card settled.

use jiff::civil::Date;
use kernel::{Actor, Problem};
use rules::duties::{Rule, State};
use rules::facts::{CertifiedBy, FactKind};

use super::lists::{self, Listed};
use super::{News, note};
use crate::deeds;
use crate::web::Shared;

/// At most so many duties are settled by one request.
pub const MOST: usize = 100;

/// What came of a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub code: &'static str,
    pub name: &'static str,
    pub rule: Rule,
    kind: FactKind,
    /// Where the fact comes from, in `facts.source`.
    source: &'static str,
}

/// Every outcome, rule by rule.
pub const OUTCOMES: &[Outcome] = &[
    Outcome {
        code: "certified",
        name: "已上门认证",
        rule: Rule::Certify,
        kind: FactKind::Certified { by: CertifiedBy::Household },
        source: "outcome",
    },
    Outcome {
        code: "card_issued",
        name: "联系卡已发放",
        rule: Rule::ContactCard,
        kind: FactKind::CardIssued,
        source: "outcome",
    },
    Outcome {
        code: "senior_card_done",
        name: "优惠证已代办",
        rule: Rule::SeniorCard,
        kind: FactKind::SeniorCardSettled,
        source: "outcome.done",
    },
    Outcome {
        code: "senior_card_had",
        name: "本人已有优惠证",
        rule: Rule::SeniorCard,
        kind: FactKind::SeniorCardSettled,
        source: "outcome.had",
    },
    Outcome {
        code: "senior_card_declined",
        name: "本人不要优惠证",
        rule: Rule::SeniorCard,
        kind: FactKind::SeniorCardSettled,
        source: "outcome.declined",
    },
    Outcome {
        code: "party_elsewhere",
        name: "组织关系在其他党组织",
        rule: Rule::Party,
        kind: FactKind::PartyJoined,
        source: "outcome.elsewhere",
    },
    Outcome {
        code: "form_reviewed",
        name: "已复核，仍为过渡形式",
        rule: Rule::Form,
        kind: FactKind::FormReviewed,
        source: "outcome.form",
    },
];

/// The outcomes that settle a duty of a rule; none when it is settled by a visit.
pub fn of_rule(rule: Rule) -> impl Iterator<Item = &'static Outcome> {
    OUTCOMES.iter().filter(move |outcome| outcome.rule == rule)
}

/// What the source of a fact says about its outcome.
#[must_use]
pub fn name_of_source(source: &str) -> Option<&'static str> {
    let found = OUTCOMES.iter().find(|outcome| outcome.source == source);
    found.filter(|outcome| outcome.source != "outcome").map(|outcome| outcome.name)
}

/// What is to be written down.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub duties: &'a [i64],
    /// The code of the outcome.
    pub outcome: &'a str,
    /// The day on which it happened; from paper it may be earlier than today.
    pub on: Date,
    /// Where a repeated request is led; for the API the answer of the first.
    pub answer: &'a str,
}

/// Writes one outcome down for up to 100 duties, in one act. Answers how many people.
///
/// # Errors
/// Field problems when the outcome does not fit a duty, a duty is no longer open, or the day lies
/// outside its window; [`Problem::NotFound`] for a duty outside the scope.
pub async fn settle(app: &Shared, actor: &Actor, wanted: &Wanted<'_>) -> Result<usize, Problem> {
    let permit = actor.permit(deeds::DUTIES_SETTLE)?;
    let outcome = OUTCOMES
        .iter()
        .find(|outcome| outcome.code == wanted.outcome)
        .ok_or_else(|| Problem::field("outcome", "请选择办理结果"))?;
    if wanted.duties.is_empty() {
        return Err(Problem::field("duty", "请先勾选要登记的事项"));
    }
    if wanted.duties.len() > MOST {
        return Err(Problem::field("duty", "一次最多登记 100 项，请分次办理"));
    }
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let mut people: Vec<(i64, Vec<Listed>)> = Vec::new();
    for id in wanted.duties {
        let found = lists::find(&mut act, &actor.scope(), *id).await?;
        fits(&found, outcome)?;
        match people.iter_mut().find(|(person, _)| *person == found.person) {
            Some((_, theirs)) => theirs.push(found),
            None => people.push((found.person, vec![found])),
        }
    }
    // Everybody takes people in the same order, so that no two acts wait for one another.
    people.sort_by_key(|(person, _)| *person);
    let news = [News { kind: outcome.kind, on: wanted.on }];
    for (person, theirs) in &people {
        let noted = note(&mut act, &laws, *person, outcome.source, &news).await?;
        let settles = |of: &Listed| noted.settled.iter().any(|duty| same(of, duty));
        if let Some(left) = theirs.iter().find(|of| !settles(of)) {
            return Err(outside(left));
        }
    }
    let subject = if let [(_, theirs)] = people.as_slice() {
        format!("duty/{}", theirs.first().map_or(0, |of| of.stored.id))
    } else {
        "duties".to_owned()
    };
    let detail = format!("{}：{}人", outcome.name, people.len());
    act.commit_noting(&subject, wanted.answer, &detail).await?;
    Ok(people.len())
}

fn same(listed: &Listed, duty: &rules::duties::Duty) -> bool {
    super::key(&listed.stored.duty) == super::key(duty)
}

fn fits(found: &Listed, outcome: &Outcome) -> Result<(), Problem> {
    let duty = &found.stored.duty;
    if duty.rule != outcome.rule {
        let sentence = format!(
            "“{}”不能登记为“{}”，请只勾选“{}”事项",
            duty.rule.name(),
            outcome.name,
            outcome.rule.name()
        );
        return Err(Problem::field("outcome", sentence));
    }
    match duty.state {
        State::Open | State::Missed { .. } => Ok(()),
        State::Settled { .. } | State::Lapsed { .. } => Err(Problem::field(
            "duty",
            format!(
                "{}的“{}”已经办结或不再需要办理，请刷新后重新勾选",
                found.person_name,
                duty.rule.name()
            ),
        )),
    }
}

fn outside(left: &Listed) -> Problem {
    let duty = &left.stored.duty;
    let sentence = format!(
        "{}的“{}”应在{}至{}之间办理，请核对办理日期",
        left.person_name,
        duty.rule.name(),
        frame::day(&duty.opens_on.to_string()),
        frame::day(&duty.closes_on.to_string())
    );
    Problem::field("on_day", sentence)
}
