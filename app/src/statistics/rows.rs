//! Lists the rows behind a figure: the same conditions as in `count.rs`, one figure at a time.

use kernel::{Db, DbError, Query, Row, Scope, q};

use super::figures::{Among, Month, Outcome, VISITS, What, Which};

/// A row that a figure counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// By which the list is paged; of the person, the fact, the duty or the visit.
    pub id: i64,
    pub person: i64,
    pub name: String,
    /// Code of the station that serves the person now.
    pub now_at: String,
    /// The station for which the row is counted.
    pub station: String,
    /// The day that matters, with another one beside it: taken in, done; due and done.
    pub on: String,
    pub entered_on: String,
    /// A code that tells rows of one figure apart: the rule, the kind of fact, the way.
    pub detail: String,
}

/// A page of the rows of a figure, after the row with the number `after`.
pub async fn lines(
    db: &Db,
    (scope, month): (&Scope, &Month),
    what: What,
    (after, limit): (i64, i64),
) -> Result<Vec<Line>, DbError> {
    let page = Page { scope, month, after, limit };
    let query = match what {
        What::Start => page.managed(month.eve(), "", ""),
        What::End(Among::All) => page.managed(month.until, "", ""),
        What::End(Among::Away) => page.managed(month.until, "away", ""),
        What::End(Among::Marked(mark)) => page.managed(month.until, mark.code(), ""),
        What::End(Among::Aged(age)) => {
            page.managed(month.until, "", &month.born_by(age).to_string())
        }
        What::TakenIn => page.came("taken_in"),
        What::MovedIn => page.came("moved"),
        What::MovedOut => page.went(""),
        What::Died => page.went("died"),
        What::Owed(which, Outcome::CaughtUp) => page.caught_up(which),
        What::Owed(which, outcome) => page.owed(which, outcome),
        What::Visited(way) => page.visited("", way.code()),
        What::NotReached => page.visited("not_reached", ""),
    };
    db.rows_long(query).await?.iter().map(line).collect()
}

fn line(row: &Row) -> Result<Line, DbError> {
    let text = |at| row.get::<Option<String>>(at).map(Option::unwrap_or_default);
    Ok(Line {
        id: row.get(0)?,
        person: row.get(1)?,
        name: row.get(2)?,
        now_at: row.get(3)?,
        station: row.get(4)?,
        on: text(5)?,
        entered_on: text(6)?,
        detail: text(7)?,
    })
}

struct Page<'a> {
    scope: &'a Scope,
    month: &'a Month,
    after: i64,
    limit: i64,
}

impl Page<'_> {
    fn managed(&self, on: jiff::civil::Date, holds: &str, born_by: &str) -> Query {
        q!(
            "SELECT p.id, p.id, p.name, p.org, o.name, s.began_on, '', ''
             FROM orgs o JOIN stays s ON s.station = o.id JOIN persons p ON p.id = s.person
             WHERE o.code >= $1 AND o.code < $2
               AND s.began_on <= $3 AND (s.ended_on IS NULL OR s.ended_on > $3)
               AND ($4 = '' OR EXISTS (SELECT 1 FROM traits t WHERE t.person = s.person
                    AND t.trait = $4 AND t.began_on <= $3
                    AND (t.ended_on IS NULL OR t.ended_on > $3)))
               AND ($5 = '' OR p.born_on <= $5) AND p.id > $6
             ORDER BY p.id LIMIT $7",
            self.scope.from(),
            self.scope.to(),
            on,
            holds,
            born_by,
            self.after,
            self.limit
        )
    }

    fn came(&self, kind: &str) -> Query {
        q!(
            "SELECT x.id, p.id, p.name, p.org, o.name, x.on_day, x.entered_on, x.kind
             FROM passages x JOIN orgs o ON o.id = x.to_station
             JOIN persons p ON p.id = x.person
             WHERE o.code >= $1 AND o.code < $2 AND x.on_day >= $3 AND x.on_day <= $4
               AND (x.from_station IS NULL OR x.from_station <> x.to_station)
               AND x.kind = $5 AND x.id > $6
             ORDER BY x.id LIMIT $7",
            self.scope.from(),
            self.scope.to(),
            self.month.first_on,
            self.month.until,
            kind,
            self.after,
            self.limit
        )
    }

    /// Deaths, or whatever else led away from a station.
    fn went(&self, died: &str) -> Query {
        q!(
            "SELECT x.id, p.id, p.name, p.org, o.name, x.on_day, x.entered_on, x.kind
             FROM passages x JOIN orgs o ON o.id = x.from_station
             JOIN persons p ON p.id = x.person
             WHERE o.code >= $1 AND o.code < $2 AND x.on_day >= $3 AND x.on_day <= $4
               AND (x.to_station IS NULL OR x.to_station <> x.from_station)
               AND (x.kind = $5 OR ($5 = '' AND x.kind <> 'died')) AND x.id > $6
             ORDER BY x.id LIMIT $7",
            self.scope.from(),
            self.scope.to(),
            self.month.first_on,
            self.month.until,
            died,
            self.after,
            self.limit
        )
    }

    fn owed(&self, which: Which, outcome: Outcome) -> Query {
        q!(
            "SELECT d.id, p.id, p.name, p.org, o.name, d.due_on, d.ended_on, d.rule
             FROM duties d JOIN persons p ON p.id = d.person JOIN orgs o ON o.id = d.station
             WHERE d.org >= $1 AND d.org < $2
               AND d.due_on >= $3 AND d.due_on <= $5 AND d.opens_on <= $4
               AND NOT (d.state = 'lapsed' AND d.ended_on <= $4)
               AND (d.rule = $6 OR ($6 = 'visits' AND $9 LIKE '% ' || d.rule || ' %'))
               AND ($7 = 'due'
                 OR $7 = CASE WHEN d.state <> 'settled' OR d.ended_on > $4 THEN 'undone'
                              WHEN d.late = 0 THEN 'on_time' ELSE 'late' END)
               AND d.id > $8
             ORDER BY d.id LIMIT $10",
            self.scope.from(),
            self.scope.to(),
            self.month.first_on,
            self.month.until,
            self.month.last_on,
            which.code(),
            outcome.code(),
            self.after,
            visit_rules(),
            self.limit
        )
    }

    fn caught_up(&self, which: Which) -> Query {
        q!(
            "SELECT d.id, p.id, p.name, p.org, o.name, d.due_on, d.ended_on, d.rule
             FROM duties d JOIN persons p ON p.id = d.person JOIN orgs o ON o.id = d.station
             WHERE d.org >= $1 AND d.org < $2
               AND d.due_on < $3 AND d.state = 'settled'
               AND d.ended_on >= $3 AND d.ended_on <= $4
               AND (d.rule = $5 OR ($5 = 'visits' AND $6 LIKE '% ' || d.rule || ' %'))
               AND d.id > $7
             ORDER BY d.id LIMIT $8",
            self.scope.from(),
            self.scope.to(),
            self.month.first_on,
            self.month.until,
            which.code(),
            visit_rules(),
            self.after,
            self.limit
        )
    }

    fn visited(&self, outcome: &str, way: &str) -> Query {
        q!(
            "SELECT v.id, p.id, p.name, p.org, o.name, v.on_day, v.entered_on, v.way
             FROM visits v JOIN persons p ON p.id = v.person JOIN orgs o ON o.id = v.station
             WHERE v.org >= $1 AND v.org < $2 AND v.on_day >= $3 AND v.on_day <= $4
               AND v.voided_act IS NULL
               AND (v.outcome = $5 OR ($5 = '' AND v.outcome <> 'not_reached'))
               AND ($6 = '' OR v.way = $6) AND v.id > $7
             ORDER BY v.id LIMIT $8",
            self.scope.from(),
            self.scope.to(),
            self.month.first_on,
            self.month.until,
            outcome,
            way,
            self.after,
            self.limit
        )
    }
}

/// The rules of visits in one text, each between spaces.
fn visit_rules() -> String {
    let ids: Vec<&str> = VISITS.iter().map(|rule| rule.id()).collect();
    format!(" {} ", ids.join(" "))
}
