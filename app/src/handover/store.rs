//! The rows of batches and of the slips with which people go from one level to the next.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, Row, Scope, q};

use super::{Batch, NewBatch, Slip};

fn batch(row: &Row) -> Result<Batch, DbError> {
    Ok(Batch {
        id: row.get(0)?,
        org: row.get(1)?,
        number: row.get(2)?,
        enterprise: row.get(3)?,
        enterprise_name: row.get(4)?,
        handed_by: row.get(5)?,
        hander_name: row.get(6)?,
        contact: row.get(7)?,
        plan_people: row.get(8)?,
        plan_party: row.get(9)?,
        plan_files: row.get(10)?,
        plan_pages: row.get(11)?,
        expected_on: row.get(12)?,
        opened_on: row.get(13)?,
        note: row.get(14)?,
        state: row.get(15)?,
        settlement: row.get(16)?,
        closed_on: row.get(17)?,
        agreement_no: row.get(18)?,
        agreement_on: row.get(19)?,
        agreement_until: row.get(20)?,
        agreement_ended_on: row.get(21)?,
        agreement_note: row.get(22)?,
        version: row.get(23)?,
    })
}

/// The batch with this number of ours, of a body in the scope or one that sent people into it.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Batch>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, org, number, enterprise, enterprise_name, handed_by, hander_name, contact,
                    plan_people, plan_party, plan_files, plan_pages, expected_on, opened_on, note,
                    state, settlement, closed_on, agreement_no, agreement_on, agreement_until,
                    agreement_ended_on, agreement_note, version
             FROM handover_batches b
             WHERE id = $1 AND ((org >= $2 AND org < $3) OR EXISTS (
                 SELECT 1 FROM handover_slips s
                 WHERE s.batch = b.id AND s.to_org >= $2 AND s.to_org < $3))",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| batch(&row)).transpose()
}

/// Batches of the bodies in a scope, the newest first, below the number `before`; those of one
/// state when it is not empty.
pub async fn newest(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (before, n): (i64, i64),
) -> Result<Vec<Batch>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, org, number, enterprise, enterprise_name, handed_by, hander_name, contact,
                    plan_people, plan_party, plan_files, plan_pages, expected_on, opened_on, note,
                    state, settlement, closed_on, agreement_no, agreement_on, agreement_until,
                    agreement_ended_on, agreement_note, version
             FROM handover_batches
             WHERE org >= $1 AND org < $2 AND id < $3 AND ($4 = '' OR state = $4)
             ORDER BY id DESC LIMIT $5",
            scope.from(),
            scope.to(),
            before,
            state,
            n
        ))
        .await?;
    rows.iter().map(batch).collect()
}

/// How many batches a body has opened in a year, open or closed.
pub async fn opened_in(act: &mut Act, org: &str, year: i16) -> Result<i64, DbError> {
    let (from, to) = (format!("{year}-01-01"), format!("{year}-12-31"));
    let count = q!(
        "SELECT COUNT(*) FROM handover_batches
         WHERE org = $1 AND opened_on >= $2 AND opened_on <= $3",
        org,
        from,
        to
    );
    act.row(count).await?.map_or(Ok(0), |row| row.get(0))
}

/// Opens a batch.
pub async fn insert(
    act: &mut Act,
    (id, org, number): (i64, &str, &str),
    new: &NewBatch,
) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO handover_batches (id, org, number, enterprise, enterprise_name, handed_by,
             hander_name, contact, plan_people, plan_party, plan_files, plan_pages, expected_on,
             opened_on, note, state, settlement, agreement_no, agreement_note, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'open', '', '',
             '', 1)",
        id,
        org,
        number,
        new.enterprise,
        &new.enterprise_name,
        &new.handed_by,
        &new.hander_name,
        &new.contact,
        new.plan_people,
        new.plan_party,
        new.plan_files,
        new.plan_pages,
        new.expected_on,
        act.day(),
        &new.note
    );
    act.put(vec![insert]).await
}

/// Takes hold of an open batch for the rest of the act; whether it is open still.
pub async fn hold(act: &mut Act, id: i64) -> Result<bool, DbError> {
    let hold = q!(
        "UPDATE handover_batches SET version = version + 1 WHERE id = $1 AND state = 'open'",
        id
    );
    Ok(act.run(hold).await? == 1)
}

/// The agreement was signed, renewed or ended; whether nobody was faster.
pub async fn agree(
    act: &mut Act,
    (id, version): (i64, i64),
    (no, note): (&str, &str),
    [on, until, ended_on]: [Option<Date>; 3],
) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE handover_batches SET agreement_no = $3, agreement_note = $4, agreement_on = $5,
                agreement_until = $6, agreement_ended_on = $7, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        no,
        note,
        on,
        until,
        ended_on
    );
    Ok(act.run(update).await? == 1)
}

/// A batch is closed; whether nobody was faster.
pub async fn close(
    act: &mut Act,
    (id, version): (i64, i64),
    settlement: &str,
) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE handover_batches SET state = 'closed', settlement = $3, closed_on = $4,
                version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'open'",
        id,
        version,
        settlement,
        act.day()
    );
    Ok(act.run(update).await? == 1)
}

fn slip(row: &Row) -> Result<Slip, DbError> {
    Ok(Slip {
        id: row.get(0)?,
        batch: row.get(1)?,
        number: row.get(2)?,
        from_org: row.get(3)?,
        to_org: row.get(4)?,
        n: row.get(5)?,
        n_taken: row.get(6)?,
        n_back: row.get(7)?,
        state: row.get(8)?,
        sent_on: row.get(9)?,
        sent_by: row.get(10)?,
        due_on: row.get(11)?,
        answered_on: row.get(12)?,
        answered_by: row.get(13)?,
        version: row.get(14)?,
        batch_number: row.get(15)?,
        enterprise_name: row.get(16)?,
        to_name: row.get::<Option<String>>(17)?.unwrap_or_default(),
        from_name: row.get::<Option<String>>(18)?.unwrap_or_default(),
    })
}

/// The slip with this number of ours, from or to somewhere in the scope.
pub async fn find_slip(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Slip>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT s.id, s.batch, s.number, s.from_org, s.to_org, s.n, s.n_taken, s.n_back,
                    s.state, s.sent_on, s.sent_by, s.due_on, s.answered_on, s.answered_by,
                    s.version, b.number, b.enterprise_name,
                    (SELECT o.name FROM orgs o WHERE o.code = s.to_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    (SELECT o.name FROM orgs o WHERE o.code = s.from_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1)
             FROM handover_slips s JOIN handover_batches b ON b.id = s.batch
             WHERE s.id = $1 AND ((s.to_org >= $2 AND s.to_org < $3)
                 OR (s.from_org >= $2 AND s.from_org < $3))",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| slip(&row)).transpose()
}

/// Slips that lead into a scope, the newest first; those of one state when it is not empty, and
/// of one batch when it is not 0.
pub async fn slips(
    reader: &mut impl Reader,
    (scope, state, batch): (&Scope, &str, i64),
    (before, n): (i64, i64),
) -> Result<Vec<Slip>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT s.id, s.batch, s.number, s.from_org, s.to_org, s.n, s.n_taken, s.n_back,
                    s.state, s.sent_on, s.sent_by, s.due_on, s.answered_on, s.answered_by,
                    s.version, b.number, b.enterprise_name,
                    (SELECT o.name FROM orgs o WHERE o.code = s.to_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    (SELECT o.name FROM orgs o WHERE o.code = s.from_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1)
             FROM handover_slips s JOIN handover_batches b ON b.id = s.batch
             WHERE s.to_org >= $1 AND s.to_org < $2 AND ($3 = '' OR s.state = $3)
               AND (s.batch = $4 OR $4 = 0) AND s.id < $5
             ORDER BY s.id DESC LIMIT $6",
            scope.from(),
            scope.to(),
            state,
            batch,
            before,
            n
        ))
        .await?;
    rows.iter().map(slip).collect()
}

/// Slips that wait for an answer of exactly these places, with the first day by which one is due.
pub async fn waiting(
    reader: &mut impl Reader,
    org: &str,
) -> Result<(i64, Option<String>), DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT COUNT(*), MIN(due_on) FROM handover_slips
             WHERE to_org = $1 AND state = 'sent'",
            org
        ))
        .await?;
    row.map_or(Ok((0, None)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// A slip with which people are sent on; how many is told afterwards.
pub async fn insert_slip(
    act: &mut Act,
    (id, number, batch): (i64, &str, i64),
    (from, to): (&str, &str),
    (n, due_on): (i64, Date),
) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO handover_slips (id, batch, number, from_org, to_org, n, n_taken, n_back,
             state, sent_on, sent_by, due_on, answered_by, version)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 'sent', $7, $8, $9, '', 1)",
        id,
        batch,
        number,
        from,
        to,
        n,
        act.day(),
        act.permit().who(),
        due_on
    );
    act.put(vec![insert]).await
}

/// How many slips a batch has.
pub async fn n_slips(act: &mut Act, batch: i64) -> Result<i64, DbError> {
    let count = q!("SELECT COUNT(*) FROM handover_slips WHERE batch = $1", batch);
    act.row(count).await?.map_or(Ok(0), |row| row.get(0))
}

/// A slip is answered; whether nobody was faster.
pub async fn answer(
    act: &mut Act,
    (id, version): (i64, i64),
    (n_taken, n_back): (i64, i64),
) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE handover_slips SET state = 'answered', n_taken = $3, n_back = $4,
                answered_on = $5, answered_by = $6, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'sent'",
        id,
        version,
        n_taken,
        n_back,
        act.day(),
        act.permit().who()
    );
    Ok(act.run(update).await? == 1)
}
