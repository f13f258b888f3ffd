//! 期限参数：把法规中的数字预先排好，推算时不再查表。

use super::Rule;
use crate::days::{Date, birthday};
use crate::law::{Law, NoLaw};

/// The figures that duties rest on, sorted by day; made once, used for every retiree.
#[derive(Clone, Debug)]
pub struct Terms {
    first_on: Date,
    versions: Vec<Steps>,
    pub(super) senior_age: Steps,
    pub(super) senior_months: Steps,
    pub(super) elder_age: Steps,
    pub(super) elder_months: Steps,
    pub(super) alone_months: Steps,
    pub(super) dependant_months: Steps,
    pub(super) away_months: Steps,
    pub(super) prompt_working_days: Steps,
    pub(super) card_working_days: Steps,
    pub(super) form_months: Steps,
    pub(super) form_opens_before_days: Steps,
    pub(super) party_months: Steps,
    pub(super) file_working_days: Steps,
    pub(super) senior_card_age: Steps,
    pub(super) senior_card_days: Steps,
    pub(super) certify_months: Steps,
    pub(super) certify_rolling: Steps,
    pub(super) certify_opens_before_days: Steps,
    pub(super) reach_days: Steps,
    pub(super) to_district_days: Steps,
    pub(super) to_city_days: Steps,
    pub(super) closes_periodic_days: Steps,
    pub(super) closes_once_days: Steps,
    pub(super) grace_days: Steps,
}

/// The values of one figure, earliest first; never empty.
#[derive(Clone, Debug)]
pub(super) struct Steps(Vec<(Date, i64)>);

impl Terms {
    /// Reads the figures and the versions of the rules.
    ///
    /// # Errors
    /// [`NoLaw`] when a figure or a rule that duties rest on has no entry, or when a figure begins
    /// only after the first day of the law.
    pub fn from_law(law: &Law) -> Result<Terms, NoLaw> {
        let mut versions = Vec::with_capacity(Rule::ALL.len());
        for rule in Rule::ALL {
            versions.push(Steps::of_rule(law, *rule)?);
        }
        let first_on = versions.iter().map(Steps::first_on).min().unwrap_or(Date::MAX);
        let steps = |id: &str| Steps::of_figure(law, id, first_on);
        Ok(Terms {
            first_on,
            versions,
            senior_age: steps("visit.senior.age")?,
            senior_months: steps("visit.senior.months")?,
            elder_age: steps("visit.elder.age")?,
            elder_months: steps("visit.elder.months")?,
            alone_months: steps("visit.alone.months")?,
            dependant_months: steps("visit.dependant.months")?,
            away_months: steps("visit.away.months")?,
            prompt_working_days: steps("visit.prompt.working_days")?,
            card_working_days: steps("card.issue.working_days")?,
            form_months: steps("form.review.months")?,
            form_opens_before_days: steps("form.review.opens_before_days")?,
            party_months: steps("party.join.months")?,
            file_working_days: steps("archives.follow.working_days")?,
            senior_card_age: steps("card.senior.age")?,
            senior_card_days: steps("card.senior.days")?,
            certify_months: steps("certify.months")?,
            certify_rolling: steps("certify.rolling")?,
            certify_opens_before_days: steps("certify.opens_before_days")?,
            reach_days: steps("reach.next_days")?,
            to_district_days: steps("overdue.to_district_days")?,
            to_city_days: steps("overdue.to_city_days")?,
            closes_periodic_days: steps("closes.periodic_days")?,
            closes_once_days: steps("closes.once_days")?,
            grace_days: steps("grace.late_acceptance_days")?,
        })
    }

    /// The first day on which anything can be owed.
    pub const fn first_on(&self) -> Date {
        self.first_on
    }

    /// # Errors
    /// [`NoLaw`] for a day before the law.
    pub(super) fn covers(&self, today: Date) -> Result<(), NoLaw> {
        if today < self.first_on {
            return Err(NoLaw { on: today, name: "社会化管理服务".to_owned() });
        }
        Ok(())
    }

    /// The first day of the version of a rule in force on a day.
    pub(super) fn version(&self, rule: Rule, on: Date) -> Date {
        self.versions[rule as usize].step(on).0
    }

    /// The first day of the first version of a rule.
    pub(super) fn begins_on(&self, rule: Rule) -> Date {
        self.versions[rule as usize].first_on()
    }
}

impl Steps {
    fn of_figure(law: &Law, id: &str, first_on: Date) -> Result<Steps, NoLaw> {
        law.figure(id).on(first_on)?;
        let found = law.figures().find(|figure| figure.id == id);
        Ok(Steps(found.map_or_else(Vec::new, |figure| figure.steps())))
    }

    fn of_rule(law: &Law, rule: Rule) -> Result<Steps, NoLaw> {
        let mut days: Vec<Date> =
            law.rules().iter().filter(|text| text.id == rule.id()).map(|text| text.from).collect();
        days.sort_unstable();
        days.dedup();
        let mut steps = Vec::with_capacity(days.len());
        for day in days {
            let from = law.rule_on(rule.id(), day)?.from;
            steps.push((from, 0));
        }
        steps.dedup();
        if steps.is_empty() {
            return Err(NoLaw { on: Date::MAX, name: rule.name().to_owned() });
        }
        Ok(Steps(steps))
    }

    /// The day on which somebody reaches an age. An age that was lowered is reached at the
    /// earliest on its first day; who has reached one does not lose it when it is raised.
    pub(super) fn age_reached_on(&self, born_on: Date) -> Date {
        let mut reached_on = Date::MAX;
        for (at, (from, age)) in self.0.iter().enumerate() {
            let on = birthday(born_on, *age);
            reached_on = if at == 0 { on } else { on.max(*from) };
            if self.0.get(at + 1).is_none_or(|(next, _)| reached_on < *next) {
                break;
            }
        }
        reached_on
    }

    /// The first day on which the figure has a value.
    pub(super) fn first_day_of(&self, value: i64) -> Option<Date> {
        self.0.iter().find(|(_, now)| *now == value).map(|(from, _)| *from)
    }

    fn first_on(&self) -> Date {
        self.0[0].0
    }

    /// The step in force on a day; before the first one, the first.
    fn step(&self, on: Date) -> (Date, i64) {
        let found = self.0.iter().rev().find(|(from, _)| *from <= on);
        *found.unwrap_or(&self.0[0])
    }

    /// The value in force on a day; before the first one, the first.
    pub(super) fn on(&self, day: Date) -> i64 {
        self.step(day).1
    }
}
