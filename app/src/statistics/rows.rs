//! Lists what the figures of one station count: the same conditions as in `count.rs`, row by row.

use kernel::{Db, DbError, Scope, q};

use super::count::{arrival, departure, holding, of_event, of_visit};
use super::figures::{self, AGES};
use super::keys::Keys;
use super::month::Month;

/// The rows of every figure of the station with this code.
///
/// # Errors
/// Whatever the engine says.
pub async fn of_station(db: &Db, code: &str, month: &Month) -> Result<Keys, DbError> {
    let mut keys = Keys::default();
    let station = Scope::below(code);
    passages(db, &station, month, &mut keys).await?;
    people(db, &station, month, &mut keys).await?;
    traits(db, &station, month, &mut keys).await?;
    visits(db, &station, month, &mut keys).await?;
    events(db, &station, month, &mut keys).await?;
    for query in super::owed::listed(&station, month) {
        for row in db.rows_long(query).await? {
            let (rule, outcome): (String, String) = (row.get(2)?, row.get(3)?);
            for figure in super::owed::figures(&rule, &outcome) {
                keys.add(&figure, row.get(0)?, row.get(1)?);
            }
        }
    }
    keys.finish();
    Ok(keys)
}

async fn passages(db: &Db, station: &Scope, month: &Month, keys: &mut Keys) -> Result<(), DbError> {
    let came = q!(
        "SELECT x.id, x.person, x.kind FROM passages x CROSS JOIN orgs o
         WHERE x.on_day >= $3 AND x.on_day <= $4
           AND o.id = x.to_station AND o.code >= $1 AND o.code < $2
           AND (x.from_station IS NULL OR x.from_station <> x.to_station)",
        station.from(),
        station.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(came).await? {
        keys.add(arrival(&row.get::<String>(2)?), row.get(0)?, row.get(1)?);
    }
    let went = q!(
        "SELECT x.id, x.person, x.kind FROM passages x CROSS JOIN orgs o
         WHERE x.on_day >= $3 AND x.on_day <= $4
           AND o.id = x.from_station AND o.code >= $1 AND o.code < $2
           AND (x.to_station IS NULL OR x.to_station <> x.from_station)",
        station.from(),
        station.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(went).await? {
        keys.add(departure(&row.get::<String>(2)?), row.get(0)?, row.get(1)?);
    }
    Ok(())
}

async fn people(db: &Db, station: &Scope, month: &Month, keys: &mut Keys) -> Result<(), DbError> {
    let began = q!(
        "SELECT a.person FROM orgs o CROSS JOIN arrivals a
         WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station'
           AND a.station = o.id AND a.on_day <= $3
           AND NOT EXISTS (SELECT 1 FROM facts b
                           WHERE b.person = a.person
                             AND b.kind IN ('taken_in', 'moved', 'left', 'died')
                             AND b.voided_by IS NULL AND b.on_day <= $3
                             AND (b.on_day, b.id) > (a.on_day, a.id))",
        station.from(),
        station.to(),
        month.eve()
    );
    for row in db.rows_long(began).await? {
        keys.add("start", row.get(0)?, row.get(0)?);
    }
    let [younger, older] = AGES.map(|age| month.born_by(age));
    let ended = q!(
        "SELECT p.id, p.management,
                CAST(CASE WHEN p.born_on <= $5 THEN 2 WHEN p.born_on <= $4 THEN 1 ELSE 0 END
                     AS BIGINT)
         FROM orgs o CROSS JOIN arrivals a CROSS JOIN persons p
         WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station'
           AND a.station = o.id AND a.on_day <= $3 AND p.id = a.person
           AND NOT EXISTS (SELECT 1 FROM facts b
                           WHERE b.person = a.person
                             AND b.kind IN ('taken_in', 'moved', 'left', 'died')
                             AND b.voided_by IS NULL AND b.on_day <= $3
                             AND (b.on_day, b.id) > (a.on_day, a.id))",
        station.from(),
        station.to(),
        month.until,
        younger,
        older
    );
    for row in db.rows_long(ended).await? {
        let (id, form, band): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        keys.add("end", id, id);
        keys.add(&figures::form(&form), id, id);
        for (reached, age) in (1..).zip(AGES) {
            if band >= reached {
                keys.add(&format!("age.{age}"), id, id);
            }
        }
    }
    Ok(())
}

async fn traits(db: &Db, station: &Scope, month: &Month, keys: &mut Keys) -> Result<(), DbError> {
    let held = q!(
        "SELECT t.person, t.kind, t.detail
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
                             AND (b.on_day, b.id) > (a.on_day, a.id))",
        station.from(),
        station.to(),
        month.until
    );
    for row in db.rows_long(held).await? {
        let (kind, detail): (String, String) = (row.get(1)?, row.get(2)?);
        let Some(figure) = holding(&kind, &detail) else { continue };
        keys.add(&figure, row.get(0)?, row.get(0)?);
        if figure != "away" {
            keys.add("special", row.get(0)?, row.get(0)?);
        }
    }
    Ok(())
}

async fn visits(db: &Db, station: &Scope, month: &Month, keys: &mut Keys) -> Result<(), DbError> {
    let made = q!(
        "SELECT v.id, v.person, v.way, v.outcome, v.about, v.findings
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN visits v
         WHERE v.org = s.code AND v.on_day >= $3 AND v.on_day <= $4 AND v.void_reason IS NULL",
        station.from(),
        station.to(),
        month.first_on,
        month.until
    );
    let (mut met, mut sought) = (Vec::new(), Vec::new());
    for row in db.rows_long(made).await? {
        let (id, person): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (way, outcome): (String, String) = (row.get(2)?, row.get(3)?);
        let (about, findings): (i64, String) = (row.get(4)?, row.get(5)?);
        for figure in of_visit(&way, &outcome, about) {
            keys.add(&figure, id, person);
        }
        for found in ["needs_help", "said_dead"] {
            if findings.contains(found) {
                keys.add(found, id, person);
            }
        }
        let reaches = figures::REACHING.iter().any(|known| known.code() == way);
        match (about, outcome.as_str()) {
            (0, "met") if reaches => met.push(person),
            (0, "not_reached") => sought.push(person),
            _ => {}
        }
    }
    met.sort_unstable();
    for person in &met {
        keys.add("people.visited", *person, *person);
        keys.add("evidence", *person, *person);
    }
    for person in sought.into_iter().filter(|person| met.binary_search(person).is_err()) {
        keys.add("people.unreached", person, person);
    }
    Ok(())
}

async fn events(db: &Db, station: &Scope, month: &Month, keys: &mut Keys) -> Result<(), DbError> {
    let happened = q!(
        "SELECT f.id, f.person, f.kind, f.detail
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
                             AND (c.on_day, c.id) > (a.on_day, a.id))",
        station.from(),
        station.to(),
        month.first_on,
        month.until
    );
    for row in db.rows_long(happened).await? {
        let (id, person): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (kind, detail): (String, String) = (row.get(2)?, row.get(3)?);
        for figure in of_event(&kind, &detail) {
            keys.add(&figure, id, person);
        }
        if kind == "certified" {
            keys.add("evidence", person, person);
        }
    }
    Ok(())
}
