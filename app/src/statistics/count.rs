//! Counts the figures of a month in a whole jurisdiction, station by station, in a few statements.
//!
//! Each statement has its sibling in `rows.rs` that lists what is counted here; a story holds
//! every figure of the two to each other and to a slow replay of the facts.

use kernel::{Db, DbError, Row, Scope, q};
use rules::facts::Mark;

use super::counts::Counts;
use super::figures::{self, AGES, SPECIAL};
use super::month::Month;

/// Counts everything at and below an organisation.
///
/// # Errors
/// Whatever the engine says.
pub async fn counts(db: &Db, scope: &Scope, month: &Month) -> Result<Counts, DbError> {
    let mut counts = Counts::default();
    passages(db, scope, month, &mut counts).await?;
    people(db, scope, month, &mut counts).await?;
    begin(&mut counts)?;
    traits(db, scope, month, &mut counts).await?;
    visits(db, scope, month, &mut counts).await?;
    visited(db, scope, month, &mut counts).await?;
    events(db, scope, month, &mut counts).await?;
    evidence(db, scope, month, &mut counts).await?;
    duties(db, scope, month, &mut counts).await?;
    Ok(counts)
}

/// The figure of a fact that leads to a station.
pub fn arrival(kind: &str) -> &'static str {
    if kind == "taken_in" { "taken_in" } else { "moved_in" }
}

/// The figure of a fact that leads away from a station.
pub fn departure(kind: &str) -> &'static str {
    match kind {
        "died" => "died",
        "left" => "left",
        _ => "moved_out",
    }
}

async fn passages(
    db: &Db,
    scope: &Scope,
    month: &Month,
    counts: &mut Counts,
) -> Result<(), DbError> {
    let came = q!(
        "SELECT o.code, x.kind, COUNT(*) FROM passages x CROSS JOIN orgs o
         WHERE x.on_day >= $3 AND x.on_day <= $4
           AND o.id = x.to_station AND o.code >= $1 AND o.code < $2
           AND (x.from_station IS NULL OR x.from_station <> x.to_station)
         GROUP BY o.code, x.kind",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(came).await? {
        counts.add(&row.get::<String>(0)?, arrival(&row.get::<String>(1)?), row.get(2)?)?;
    }
    let went = q!(
        "SELECT o.code, x.kind, COUNT(*) FROM passages x CROSS JOIN orgs o
         WHERE x.on_day >= $3 AND x.on_day <= $4
           AND o.id = x.from_station AND o.code >= $1 AND o.code < $2
           AND (x.to_station IS NULL OR x.to_station <> x.from_station)
         GROUP BY o.code, x.kind",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(went).await? {
        counts.add(&row.get::<String>(0)?, departure(&row.get::<String>(1)?), row.get(2)?)?;
    }
    Ok(())
}

async fn people(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let [younger, older] = AGES.map(|age| month.born_by(age));
    let ended = q!(
        "SELECT o.code, p.management,
                CAST(CASE WHEN p.born_on <= $5 THEN 2 WHEN p.born_on <= $4 THEN 1 ELSE 0 END
                     AS BIGINT), COUNT(*)
         FROM orgs o CROSS JOIN arrivals a CROSS JOIN persons p
         WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station'
           AND a.station = o.id AND a.on_day <= $3 AND p.id = a.person
           AND NOT EXISTS (SELECT 1 FROM facts b
                           WHERE b.person = a.person
                             AND b.kind IN ('taken_in', 'moved', 'left', 'died')
                             AND b.voided_by IS NULL AND b.on_day <= $3
                             AND (b.on_day, b.id) > (a.on_day, a.id))
         GROUP BY 1, 2, 3",
        scope.from(),
        scope.to(),
        month.until,
        younger,
        older
    );
    for row in db.rows_long(ended).await? {
        let (station, form): (String, String) = (row.get(0)?, row.get(1)?);
        let (band, n): (i64, i64) = (row.get(2)?, row.get(3)?);
        counts.add(&station, "end", n)?;
        counts.add(&station, &figures::form(&form), n)?;
        for (reached, age) in (1..).zip(AGES) {
            counts.add(&station, &format!("age.{age}"), if band >= reached { n } else { 0 })?;
        }
    }
    Ok(())
}

/// How many there were at the beginning follows from the end and from who came and went.
fn begin(counts: &mut Counts) -> Result<(), DbError> {
    let stations: Vec<String> = counts.0.keys().cloned().collect();
    for station in stations {
        let n = |figure: &str| counts.of(&station, figure);
        let came = n("taken_in") + n("moved_in");
        let went = n("moved_out") + n("left") + n("died");
        let began = n("end") - came + went;
        counts.add(&station, "start", began)?;
    }
    Ok(())
}

/// The figure of a mark or of living elsewhere, if it is one that is reported.
pub fn holding(kind: &str, detail: &str) -> Option<String> {
    if kind == "residence" {
        return (detail != "here").then(|| "away".to_owned());
    }
    let mark = Mark::from_code(detail).filter(|mark| kind == "mark_set" && SPECIAL.contains(mark));
    mark.map(|mark| format!("mark.{}", mark.code()))
}

async fn traits(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    // A person with two marks of the six is one person in a special group.
    let held = q!(
        "SELECT h.code, h.kind, h.detail, COUNT(*),
                CAST(SUM(CASE WHEN h.first_of = 1 THEN 1 ELSE 0 END) AS BIGINT)
         FROM (SELECT o.code, t.kind, t.detail,
                      ROW_NUMBER() OVER (PARTITION BY o.code, t.person ORDER BY
                          CASE WHEN t.kind = 'mark_set' AND t.detail IN ('aged', 'alone', 'ill',
                              'poor', 'before_prc', 'model') THEN 0 ELSE 1 END, t.id) AS first_of
               FROM orgs o CROSS JOIN arrivals a CROSS JOIN facts t
               WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station'
                 AND a.station = o.id AND a.on_day <= $3 AND t.person = a.person
                 AND t.kind IN ('mark_set', 'mark_ended', 'residence') AND t.voided_by IS NULL
                 AND t.kind <> 'mark_ended' AND t.on_day <= $3
                 AND NOT EXISTS (SELECT 1 FROM facts u
                                 WHERE u.person = t.person
                                   AND u.kind IN ('mark_set', 'mark_ended', 'residence')
                                   AND u.voided_by IS NULL AND u.on_day <= $3
                                   AND (u.on_day, u.id) > (t.on_day, t.id)
                                   AND ((t.kind = 'residence' AND u.kind = 'residence')
                                        OR (t.kind <> 'residence' AND u.kind <> 'residence'
                                            AND u.detail = t.detail)))
                 AND NOT EXISTS (SELECT 1 FROM facts b
                                 WHERE b.person = a.person
                                   AND b.kind IN ('taken_in', 'moved', 'left', 'died')
                                   AND b.voided_by IS NULL AND b.on_day <= $3
                                   AND (b.on_day, b.id) > (a.on_day, a.id))) h
         GROUP BY h.code, h.kind, h.detail",
        scope.from(),
        scope.to(),
        month.until
    );
    for row in db.rows_long(held).await? {
        let station: String = row.get(0)?;
        let (kind, detail): (String, String) = (row.get(1)?, row.get(2)?);
        let Some(figure) = holding(&kind, &detail) else { continue };
        counts.add(&station, &figure, row.get(3)?)?;
        if figure != "away" {
            counts.add(&station, "special", row.get(4)?)?;
        }
    }
    Ok(())
}

async fn visits(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let made = q!(
        "SELECT v.org, v.way, v.outcome,
                CASE WHEN v.about > 0 THEN 1 ELSE v.about END, COUNT(*),
                CAST(SUM(CASE WHEN v.findings LIKE '%needs_help%' THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN v.findings LIKE '%said_dead%' THEN 1 ELSE 0 END) AS BIGINT)
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN visits v
         WHERE v.org = s.code AND v.on_day >= $3 AND v.on_day <= $4 AND v.void_reason IS NULL
         GROUP BY 1, 2, 3, 4",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(made).await? {
        let station: String = row.get(0)?;
        let (way, outcome): (String, String) = (row.get(1)?, row.get(2)?);
        let n: i64 = row.get(4)?;
        for figure in of_visit(&way, &outcome, row.get(3)?) {
            counts.add(&station, &figure, n)?;
        }
        counts.add(&station, "needs_help", row.get(5)?)?;
        counts.add(&station, "said_dead", row.get(6)?)?;
    }
    Ok(())
}

/// The figures of a visit, by its way, its outcome and whom it was about.
pub fn of_visit(way: &str, outcome: &str, about: i64) -> Vec<String> {
    if outcome != "met" {
        return vec!["visit.vain".to_owned()];
    }
    let mut figures = vec!["visit.met".to_owned(), format!("visit.{way}")];
    match about {
        0 => {}
        1.. => figures.push("visit.dependants".to_owned()),
        _ => figures.push("visit.households".to_owned()),
    }
    figures
}

async fn visited(
    db: &Db,
    scope: &Scope,
    month: &Month,
    counts: &mut Counts,
) -> Result<(), DbError> {
    let people = q!(
        "SELECT m.code, CAST(SUM(m.met) AS BIGINT), CAST(SUM(1 - m.met) AS BIGINT)
         FROM (SELECT s.code, v.person,
                      MAX(CASE WHEN v.outcome = 'met' THEN 1 ELSE 0 END) AS met
               FROM (SELECT DISTINCT code FROM orgs
                     WHERE code >= $1 AND code < $2 AND kind = 'station') s
               CROSS JOIN visits v
               WHERE v.org = s.code AND v.on_day >= $3 AND v.on_day <= $4
                 AND v.void_reason IS NULL AND v.about = 0
                 AND (v.outcome <> 'met'
                      OR v.way IN ('home', 'telephone', 'entrusted', 'office'))
               GROUP BY s.code, v.person) m
         GROUP BY m.code",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(people).await? {
        let station: String = row.get(0)?;
        counts.add(&station, "people.visited", row.get(1)?)?;
        counts.add(&station, "people.unreached", row.get(2)?)?;
    }
    Ok(())
}

async fn events(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let happened = q!(
        "SELECT o.code, f.kind, CASE WHEN f.kind = 'certified' THEN f.detail ELSE '' END, COUNT(*)
         FROM orgs o CROSS JOIN arrivals a CROSS JOIN facts f
         WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station'
           AND a.station = o.id AND a.on_day <= $4 AND f.person = a.person
           AND f.kind IN ('certified', 'card_issued', 'senior_card_settled', 'hospitalised',
                          'hardship', 'mark_set', 'mark_ended') AND f.voided_by IS NULL
           AND f.on_day >= $3 AND f.on_day <= $4 AND f.on_day >= a.on_day
           AND NOT EXISTS (SELECT 1 FROM facts b
                           WHERE b.person = a.person
                             AND b.kind IN ('taken_in', 'moved', 'left', 'died')
                             AND b.voided_by IS NULL AND b.on_day < f.on_day
                             AND (b.on_day, b.id) > (a.on_day, a.id))
           AND NOT EXISTS (SELECT 1 FROM arrivals c
                           WHERE c.person = a.person AND c.on_day = f.on_day
                             AND (c.on_day, c.id) > (a.on_day, a.id))
         GROUP BY 1, 2, 3",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(happened).await? {
        let station: String = row.get(0)?;
        let (kind, detail): (String, String) = (row.get(1)?, row.get(2)?);
        for figure in of_event(&kind, &detail) {
            counts.add(&station, &figure, row.get(3)?)?;
        }
    }
    Ok(())
}

/// The figures of a fact that happened at a station.
pub fn of_event(kind: &str, detail: &str) -> Vec<String> {
    let mut figures = vec![kind.to_owned()];
    if kind == "certified" {
        figures.push(format!("certified.{detail}"));
    }
    figures
}

async fn evidence(
    db: &Db,
    scope: &Scope,
    month: &Month,
    counts: &mut Counts,
) -> Result<(), DbError> {
    let seen = q!(
        "SELECT e.code, COUNT(*)
         FROM (SELECT s.code, v.person
               FROM (SELECT DISTINCT code FROM orgs
                     WHERE code >= $1 AND code < $2 AND kind = 'station') s
               CROSS JOIN visits v
               WHERE v.org = s.code AND v.on_day >= $3 AND v.on_day <= $4
                 AND v.void_reason IS NULL AND v.about = 0 AND v.outcome = 'met'
                 AND v.way IN ('home', 'telephone', 'entrusted', 'office')
               UNION
               SELECT o.code, f.person
               FROM orgs o CROSS JOIN arrivals a CROSS JOIN facts f
               WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station'
                 AND a.station = o.id AND a.on_day <= $4 AND f.person = a.person
                 AND f.kind IN ('certified', 'card_issued', 'senior_card_settled',
                                'hospitalised', 'hardship', 'mark_set', 'mark_ended')
                 AND f.voided_by IS NULL AND f.kind = 'certified'
                 AND f.on_day >= $3 AND f.on_day <= $4 AND f.on_day >= a.on_day
                 AND NOT EXISTS (SELECT 1 FROM facts b
                                 WHERE b.person = a.person
                                   AND b.kind IN ('taken_in', 'moved', 'left', 'died')
                                   AND b.voided_by IS NULL AND b.on_day < f.on_day
                                   AND (b.on_day, b.id) > (a.on_day, a.id))
                 AND NOT EXISTS (SELECT 1 FROM arrivals c
                                 WHERE c.person = a.person AND c.on_day = f.on_day
                                   AND (c.on_day, c.id) > (a.on_day, a.id))) e
         GROUP BY e.code",
        scope.from(),
        scope.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(seen).await? {
        counts.add(&row.get::<String>(0)?, "evidence", row.get(1)?)?;
    }
    Ok(())
}

async fn duties(db: &Db, scope: &Scope, month: &Month, counts: &mut Counts) -> Result<(), DbError> {
    let owed = super::owed::counted(scope, month);
    for query in owed {
        for row in db.rows_long(query).await? {
            add_duties(&row, counts)?;
        }
    }
    Ok(())
}

fn add_duties(row: &Row, counts: &mut Counts) -> Result<(), DbError> {
    let (station, rule): (String, String) = (row.get(0)?, row.get(1)?);
    for figure in super::owed::figures(&rule, &row.get::<String>(2)?) {
        counts.add(&station, &figure, row.get(3)?)?;
    }
    Ok(())
}
