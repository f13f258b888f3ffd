//! What was owed in a month, and what had become of it when the month ended.
//!
//! A duty that is settled or lapses after the month still counts as undone in it.

use kernel::{Query, Scope, q};

use super::figures::duty;
use super::month::Month;

/// The figures of a duty of a rule with this outcome.
pub fn figures(rule: &str, outcome: &str) -> Vec<String> {
    let mut figures = vec![duty(rule, outcome), duty("all", outcome)];
    if matches!(outcome, "on_time" | "late" | "undone") {
        figures.extend([duty(rule, "due"), duty("all", "due")]);
    }
    figures
}

/// Station, rule, outcome and how many: what fell due, what was caught up, what was missed.
pub fn counted(scope: &Scope, month: &Month) -> [Query; 2] {
    let fell_due = q!(
        "SELECT d.org, d.rule,
                CASE WHEN d.state <> 'settled' OR d.ended_on > $4 THEN 'undone'
                     WHEN d.late = 0 THEN 'on_time' ELSE 'late' END, COUNT(*)
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN duties d
         WHERE d.org = s.code AND d.due_on >= $3 AND d.due_on <= $5 AND d.opens_on <= $4
           AND NOT (d.state = 'lapsed' AND d.ended_on <= $4)
         GROUP BY 1, 2, 3",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until,
        month.last_on
    );
    let ended = q!(
        "SELECT d.org, d.rule, CASE WHEN d.state = 'missed' THEN 'missed' ELSE 'caught_up' END,
                COUNT(*)
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN duties d
         WHERE d.org = s.code AND d.state <> 'open' AND d.ended_on >= $3 AND d.ended_on <= $4
           AND (d.state = 'missed' OR (d.state = 'settled' AND d.due_on < $3))
         GROUP BY 1, 2, 3",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    [fell_due, ended]
}

/// The same, one row a duty: number, person, rule, outcome.
pub fn listed(station: &Scope, month: &Month) -> [Query; 2] {
    let fell_due = q!(
        "SELECT d.id, d.person, d.rule,
                CASE WHEN d.state <> 'settled' OR d.ended_on > $4 THEN 'undone'
                     WHEN d.late = 0 THEN 'on_time' ELSE 'late' END
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN duties d
         WHERE d.org = s.code AND d.due_on >= $3 AND d.due_on <= $5 AND d.opens_on <= $4
           AND NOT (d.state = 'lapsed' AND d.ended_on <= $4)",
        station.from(),
        station.to(),
        month.first_on,
        month.until,
        month.last_on
    );
    let ended = q!(
        "SELECT d.id, d.person, d.rule,
                CASE WHEN d.state = 'missed' THEN 'missed' ELSE 'caught_up' END
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN duties d
         WHERE d.org = s.code AND d.state <> 'open' AND d.ended_on >= $3 AND d.ended_on <= $4
           AND (d.state = 'missed' OR (d.state = 'settled' AND d.due_on < $3))",
        station.from(),
        station.to(),
        month.first_on,
        month.until
    );
    [fell_due, ended]
}
