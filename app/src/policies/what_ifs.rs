//! What a proposed figure would change, as it was worked out last; one row a proposal. Working it
//! out takes a while in a city, so it is done beside the pages, by whichever process began it.

use jiff::civil::Date;
use kernel::{Db, DbError, Reader, q};

/// After so many seconds without a sign another process may begin anew.
const SILENCE: i64 = 60;

/// What would become of the duties of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RuleChange {
    /// Id of the rule.
    pub rule: String,
    pub n_appears: i64,
    /// Of those that appear: late or missed on the day itself.
    pub n_late: i64,
    pub n_moves: i64,
    pub n_vanishes: i64,
}

/// What was worked out, or is being worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The version of the approved figures that it was laid over, and the day.
    pub laws: i64,
    pub day: Date,
    pub n_people: i64,
    pub changes: Vec<RuleChange>,
    pub has_ended: bool,
}

impl WhatIf {
    /// Whether it holds for this version of the law and this day.
    #[must_use]
    pub fn is_fresh(&self, (laws, day): (i64, Date)) -> bool {
        self.laws == laws && self.day == day
    }
}

pub async fn find(reader: &mut impl Reader, policy: i64) -> Result<Option<WhatIf>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT laws, day, n_people, result, ended_at FROM what_ifs WHERE policy = $1",
            policy
        ))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (result, ended_at): (String, Option<String>) = (row.get(3)?, row.get(4)?);
    let changes = serde_json::from_str(&result)
        .map_err(|cause| DbError::Shape(format!("what_ifs {policy}: {cause}")))?;
    Ok(Some(WhatIf {
        laws: row.get(0)?,
        day: row.get(1)?,
        n_people: row.get(2)?,
        changes,
        has_ended: ended_at.is_some(),
    }))
}

/// Takes the working out upon itself, unless it is done for this law and day or somebody is at
/// it.
pub async fn claim(
    db: &Db,
    policy: i64,
    (laws, day): (i64, Date),
    holder: i64,
) -> Result<bool, DbError> {
    let now = db.clock().seconds();
    let take = q!(
        "INSERT INTO what_ifs (policy, laws, day, holder, beat_at, n_people, result)
         VALUES ($1, $2, $3, $4, $5, 0, '[]')
         ON CONFLICT (policy) DO UPDATE SET laws = $2, day = $3, holder = $4, beat_at = $5,
                                            n_people = 0, result = '[]', ended_at = NULL
         WHERE (what_ifs.ended_at IS NULL AND what_ifs.beat_at < $6)
            OR (what_ifs.ended_at IS NOT NULL
                AND (what_ifs.laws <> $2 OR what_ifs.day <> $3))",
        policy,
        laws,
        day,
        holder,
        now,
        now - SILENCE
    );
    db.housekeep(vec![take]).await?;
    let held = q!(
        "SELECT policy FROM what_ifs WHERE policy = $1 AND holder = $2 AND ended_at IS NULL",
        policy,
        holder
    );
    Ok(db.row(held).await?.is_some())
}

/// Says how far it is.
pub async fn beat(db: &Db, (policy, holder): (i64, i64), n_people: i64) -> Result<(), DbError> {
    let beat = q!(
        "UPDATE what_ifs SET beat_at = $3, n_people = $4
         WHERE policy = $1 AND holder = $2 AND ended_at IS NULL",
        policy,
        holder,
        db.clock().seconds(),
        n_people
    );
    db.housekeep(vec![beat]).await
}

/// Writes down what was worked out.
pub async fn end(
    db: &Db,
    (policy, holder): (i64, i64),
    n_people: i64,
    changes: &[RuleChange],
) -> Result<(), DbError> {
    let result = serde_json::to_string(changes)
        .map_err(|cause| DbError::Shape(format!("what_ifs {policy}: {cause}")))?;
    let end = q!(
        "UPDATE what_ifs SET n_people = $3, result = $4, ended_at = $5
         WHERE policy = $1 AND holder = $2 AND ended_at IS NULL",
        policy,
        holder,
        n_people,
        result,
        db.clock().now()
    );
    db.housekeep(vec![end]).await
}
