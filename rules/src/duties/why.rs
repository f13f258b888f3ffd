//! 说明：这一项为什么要办，为什么是这一天。

use super::{Certainty, Duty, Rule, State, Timeliness};
use crate::days::in_chinese;
use crate::law::{Law, NoLaw};

/// Why something is owed, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub name: String,
    /// The sentence of the law, verbatim.
    pub sentence: String,
    pub cite: String,
    /// One plain Chinese sentence.
    pub explains: String,
    /// From the cause to the state, one Chinese sentence each.
    pub steps: Vec<String>,
}

/// Why a duty is owed, and why on this day.
///
/// # Errors
/// [`NoLaw`] when the version it was born under is no part of this law.
pub fn why(duty: &Duty, law: &Law) -> Result<Explanation, NoLaw> {
    let text = law.rule_on(duty.rule.id(), duty.version)?;
    let mut steps = vec![format!(
        "由第{}号事实引起，自{}起应办，由{}办理",
        duty.cause,
        in_chinese(duty.opens_on),
        duty.owner
    )];
    for id in figures(duty.rule) {
        let figure = law.figures().find(|figure| figure.id == *id);
        let (name, unit) = figure.map_or((*id, ""), |f| (f.name.as_str(), f.unit.as_str()));
        let now = law.figure(id).on(duty.opens_on)?;
        let since = in_chinese(now.from);
        let whose = if now.is_local() { "本地标准：" } else { "" };
        steps.push(format!(
            "{name}为{}{unit}（{whose}{}，{since}起：“{}”）",
            now.value, now.cite, now.quote
        ));
    }
    steps.push(format!(
        "最迟{}办结；此后至{}补办的记为逾期，仍未办的记为漏办",
        in_chinese(duty.due_on),
        in_chinese(duty.closes_on)
    ));
    if duty.certainty == Certainty::Estimated {
        steps.push("当年的工作日历未录入，期限按周一至周五暂估".to_owned());
    }
    steps.push(what_became(duty));
    Ok(Explanation {
        name: text.name.clone(),
        sentence: text.quote.clone(),
        cite: text.cite.clone(),
        explains: text.explains.clone(),
        steps,
    })
}

/// The figures that a duty of this rule rests on.
const fn figures(rule: Rule) -> &'static [&'static str] {
    match rule {
        Rule::VisitNew => &["grace.late_acceptance_days"],
        Rule::VisitAlone => &["visit.alone.months"],
        Rule::VisitSenior => {
            &["visit.senior.age", "visit.senior.months", "visit.elder.age", "visit.elder.months"]
        }
        Rule::VisitHardship | Rule::VisitBereaved | Rule::VisitIll => {
            &["visit.prompt.working_days"]
        }
        Rule::VisitDependant => &["visit.dependant.months"],
        Rule::VisitAway => &["visit.away.months"],
        Rule::Certify => &["certify.months", "certify.opens_before_days"],
        Rule::ContactCard => &["card.issue.working_days"],
        Rule::SeniorCard => &["card.senior.age", "card.senior.days"],
        Rule::Reach => &["reach.next_days", "reach.steps"],
        Rule::Form => &["form.review.months", "form.review.opens_before_days"],
        Rule::Party => &["party.join.months"],
        Rule::FileFollows => &["archives.follow.working_days"],
    }
}

fn what_became(duty: &Duty) -> String {
    match duty.state {
        State::Open => "尚未办结".to_owned(),
        State::Settled { on, entered_on, by, timeliness } => {
            let how = match timeliness {
                Timeliness::OnTime => "按期办结",
                Timeliness::Late => "逾期办结",
            };
            let entered = if entered_on > on {
                format!("，{}补录", in_chinese(entered_on))
            } else {
                String::new()
            };
            format!("{}{how}（第{by}号事实{entered}）", in_chinese(on))
        }
        State::Missed { on } => format!("至{}仍未办，记为漏办", in_chinese(on)),
        State::Lapsed { on, by } => {
            format!("{}因第{by}号事实不再需要办理", in_chinese(on))
        }
    }
}
