//! Counts the figures of a month, station by station, from facts, duties and visits.
//!
//! Each statement here has its sibling in `rows.rs` that lists what is counted here; a story
//! holds every figure of the two to each other.

use std::collections::BTreeMap;

use kernel::{Db, DbError, Row, Scope, q};
use rules::duties::Rule;
use rules::facts::{Mark, Way};

use super::figures::{AGES, Among, Month, Outcome, SPECIAL, VISITS, WAYS, What, Which};

/// How many rows each figure has, by the code of the station; what is not there is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<(String, String), i64>);

impl Counts {
    fn add(&mut self, station: &str, what: What, n: i64) {
        *self.0.entry((what.id(), station.to_owned())).or_default() += n;
    }

    /// A figure for the organisation with this code and all below it.
    #[must_use]
    pub fn of(&self, what: What, code: &str) -> i64 {
        let id = what.id();
        let from = (id.clone(), code.to_owned());
        let stations = self.0.range(from..);
        let mine = stations
            .take_while(|((figure, station), _)| *figure == id && station.starts_with(code));
        mine.map(|(_, n)| n).sum()
    }
}

/// Counts everything at and below an organisation.
pub async fn counts(db: &Db, scope: &Scope, month: &Month) -> Result<Counts, DbError> {
    let mut counts = Counts::default();
    passages(db, scope, month, &mut counts).await?;
    people(db, scope, month, &mut counts).await?;
    traits(db, scope, month, &mut counts).await?;
    duties(db, scope, month, &mut counts).await?;
    visits(db, scope, month, &mut counts).await?;
    Ok(counts)
}

async fn passages(
    db: &Db,
    scope: &Scope,
    month: &Month,
    counts: &mut Counts,
) -> Result<(), DbError> {
    let came = q!(
        "SELECT o.code, x.kind, COUNT(*) FROM passages x JOIN orgs o ON o.id = x.to_station
         WHERE o.code >= $1 AND o.code < $2 AND x.on_day >= $3 AND x.on_day <= $4
           AND (x.from_station IS NULL OR x.from_station <> x.to_station)
         GROUP BY o.code, x.kind",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(came).await? {
        let what = if row.get::<String>(1)? == "taken_in" { What::TakenIn } else { What::MovedIn };
        counts.add(&row.get::<String>(0)?, what, row.get(2)?);
    }
    let went = q!(
        "SELECT o.code, x.kind, COUNT(*) FROM passages x JOIN orgs o ON o.id = x.from_station
         WHERE o.code >= $1 AND o.code < $2 AND x.on_day >= $3 AND x.on_day <= $4
           AND (x.to_station IS NULL OR x.to_station <> x.from_station)
         GROUP BY o.code, x.kind",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(went).await? {
        let what = if row.get::<String>(1)? == "died" { What::Died } else { What::MovedOut };
        counts.add(&row.get::<String>(0)?, what, row.get(2)?);
    }
    Ok(())
}

async fn people(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let [seventy, eighty] = [AGES[0], AGES[1]].map(|age| month.born_by(age));
    let managed = q!(
        "SELECT o.code,
                SUM(CASE WHEN s.began_on <= $3 AND (s.ended_on IS NULL OR s.ended_on > $3)
                    THEN 1 ELSE 0 END),
                SUM(CASE WHEN s.ended_on IS NULL OR s.ended_on > $4 THEN 1 ELSE 0 END),
                SUM(CASE WHEN (s.ended_on IS NULL OR s.ended_on > $4) AND p.born_on <= $5
                    THEN 1 ELSE 0 END),
                SUM(CASE WHEN (s.ended_on IS NULL OR s.ended_on > $4) AND p.born_on <= $6
                    THEN 1 ELSE 0 END)
         FROM orgs o JOIN stays s ON s.station = o.id JOIN persons p ON p.id = s.person
         WHERE o.code >= $1 AND o.code < $2 AND s.began_on <= $4
         GROUP BY o.code",
        scope.from(),
        scope.to(),
        month.eve(),
        month.until,
        seventy,
        eighty
    );
    let figures = [
        What::Start,
        What::End(Among::All),
        What::End(Among::Aged(AGES[0])),
        What::End(Among::Aged(AGES[1])),
    ];
    for row in db.rows_long(managed).await? {
        let station: String = row.get(0)?;
        for (at, what) in (1..).zip(figures) {
            counts.add(&station, what, row.get(at)?);
        }
    }
    Ok(())
}

async fn traits(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let held = q!(
        "SELECT o.code, t.trait, COUNT(*)
         FROM orgs o JOIN stays s ON s.station = o.id JOIN traits t ON t.person = s.person
         WHERE o.code >= $1 AND o.code < $2
           AND s.began_on <= $3 AND (s.ended_on IS NULL OR s.ended_on > $3)
           AND t.began_on <= $3 AND (t.ended_on IS NULL OR t.ended_on > $3)
         GROUP BY o.code, t.trait",
        scope.from(),
        scope.to(),
        month.until
    );
    for row in db.rows_long(held).await? {
        let name: String = row.get(1)?;
        let mark = Mark::from_code(&name).filter(|mark| SPECIAL.contains(mark));
        let among = match mark {
            Some(mark) => Among::Marked(mark),
            None if name == "away" => Among::Away,
            None => continue,
        };
        counts.add(&row.get::<String>(0)?, What::End(among), row.get(2)?);
    }
    Ok(())
}

/// What is settled or lapses after the month still counts as undone in it.
async fn duties(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let owed = q!(
        "SELECT org, rule,
                CASE WHEN due_on < $3 THEN 'caught_up'
                     WHEN state <> 'settled' OR ended_on > $4 THEN 'undone'
                     WHEN late = 0 THEN 'on_time' ELSE 'late' END AS outcome,
                COUNT(*)
         FROM duties
         WHERE org >= $1 AND org < $2
           AND ((due_on >= $3 AND due_on <= $5 AND opens_on <= $4
                 AND NOT (state = 'lapsed' AND ended_on <= $4))
             OR (due_on < $3 AND state = 'settled' AND ended_on >= $3 AND ended_on <= $4))
         GROUP BY org, rule, outcome",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until,
        month.last_on
    );
    for row in db.rows_long(owed).await? {
        add_duties(&row, counts)?;
    }
    Ok(())
}

fn add_duties(row: &Row, counts: &mut Counts) -> Result<(), DbError> {
    let (station, rule): (String, String) = (row.get(0)?, row.get(1)?);
    let (code, n): (String, i64) = (row.get(2)?, row.get(3)?);
    let outcome = match code.as_str() {
        "caught_up" => Outcome::CaughtUp,
        "undone" => Outcome::Undone,
        "on_time" => Outcome::OnTime,
        _ => Outcome::Late,
    };
    let Some(rule) = Rule::from_id(&rule) else {
        return Err(DbError::Shape(format!("a duty of the rule {rule}")));
    };
    let mut lines = vec![Which::Rule(rule)];
    if VISITS.contains(&rule) {
        lines.push(Which::Visits);
    }
    for which in lines {
        counts.add(&station, What::Owed(which, outcome), n);
        if outcome != Outcome::CaughtUp {
            counts.add(&station, What::Owed(which, Outcome::Due), n);
        }
    }
    Ok(())
}

async fn visits(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let made = q!(
        "SELECT org, way, outcome, COUNT(*) FROM visits
         WHERE org >= $1 AND org < $2 AND on_day >= $3 AND on_day <= $4 AND voided_act IS NULL
         GROUP BY org, way, outcome",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(made).await? {
        let (way, outcome): (String, String) = (row.get(1)?, row.get(2)?);
        let way = Way::from_code(&way).filter(|way| WAYS.contains(way));
        let what = match (outcome.as_str(), way) {
            ("not_reached", _) => What::NotReached,
            (_, Some(way)) => What::Visited(way),
            _ => continue,
        };
        counts.add(&row.get::<String>(0)?, what, row.get(3)?);
    }
    Ok(())
}
