//! The rows of papers and the pieces of their bytes, sealed.

use jiff::civil::Date;
use kernel::{Act, Db, DbError, Reader, Row, q};

const COLUMN: &str = "paper_pieces.content";
const PIECE: usize = 512 << 10;
/// Pieces that are read in one trip.
const N_PIECES: i64 = 8;

/// What a paper hangs on.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub subject: &'a str,
    pub id: i64,
}

/// A paper.
#[derive(Clone, Debug)]
pub struct Paper {
    pub id: i64,
    pub subject: String,
    pub about: i64,
    pub name: String,
    pub kind: String,
    pub n_bytes: i64,
    /// SHA-256, in hexadecimal.
    pub checksum: String,
    pub note: String,
    pub added_on: Date,
    pub added_by: String,
    /// The body where it was added, as it was called then.
    pub body: String,
    pub voided_on: Option<Date>,
    pub voided_by: String,
    pub void_reason: String,
    pub version: i64,
}

/// A paper to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewPaper<'a> {
    pub id: i64,
    pub name: &'a str,
    pub kind: &'a str,
    pub n_bytes: i64,
    pub checksum: &'a str,
    pub note: &'a str,
    pub body: &'a str,
}

fn paper(row: &Row) -> Result<Paper, DbError> {
    Ok(Paper {
        id: row.get(0)?,
        subject: row.get(1)?,
        about: row.get(2)?,
        name: row.get(3)?,
        kind: row.get(4)?,
        n_bytes: row.get(5)?,
        checksum: row.get(6)?,
        note: row.get(7)?,
        added_on: row.get(8)?,
        added_by: row.get(9)?,
        body: row.get(10)?,
        voided_on: row.get(11)?,
        voided_by: row.get(12)?,
        void_reason: row.get(13)?,
        version: row.get(14)?,
    })
}

/// The paper with this number, whatever it hangs on.
///
/// # Errors
/// Whatever the engine says.
pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Paper>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, subject, about, name, kind, n_bytes, checksum, note, added_on, added_by,
                    body, voided_on, voided_by, void_reason, version
             FROM papers WHERE id = $1",
            id
        ))
        .await?;
    row.map(|row| paper(&row)).transpose()
}

/// The papers of a thing, in the order in which they came.
///
/// # Errors
/// Whatever the engine says.
pub async fn of(reader: &mut impl Reader, about: About<'_>) -> Result<Vec<Paper>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, subject, about, name, kind, n_bytes, checksum, note, added_on, added_by,
                    body, voided_on, voided_by, void_reason, version
             FROM papers WHERE subject = $1 AND about = $2 ORDER BY id LIMIT 100",
            about.subject,
            about.id
        ))
        .await?;
    rows.iter().map(paper).collect()
}

/// How many papers hang on a thing.
///
/// # Errors
/// Whatever the engine says.
pub async fn n_of(reader: &mut impl Reader, about: About<'_>) -> Result<i64, DbError> {
    let counted = q!(
        "SELECT COUNT(*) FROM papers WHERE subject = $1 AND about = $2",
        about.subject,
        about.id
    );
    reader.ask_one(counted).await?.map_or(Ok(0), |row| row.get(0))
}

pub(super) async fn insert(
    act: &mut Act,
    about: About<'_>,
    new: &NewPaper<'_>,
) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO papers (id, subject, about, name, kind, n_bytes, checksum, note, added_on,
             added_by, body, voided_by, void_reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 1)",
        new.id,
        about.subject,
        about.id,
        new.name,
        new.kind,
        new.n_bytes,
        new.checksum,
        new.note,
        act.day(),
        act.permit().who(),
        new.body
    );
    act.put(vec![insert]).await
}

pub(super) async fn void(
    act: &mut Act,
    (id, version): (i64, i64),
    why: &str,
) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE papers SET voided_on = $3, voided_by = $4, void_reason = $5, version = version + 1
         WHERE id = $1 AND version = $2 AND voided_on IS NULL",
        id,
        version,
        act.day(),
        act.permit().who(),
        why
    );
    Ok(act.run(update).await? == 1)
}

/// Keeps bytes, sealed piece by piece.
pub(super) async fn keep(act: &mut Act, paper: i64, bytes: &[u8]) -> Result<(), DbError> {
    for (n, piece) in (0_i64..).zip(bytes.chunks(PIECE)) {
        let sealed = act.vault().seal_bytes(COLUMN, piece)?;
        let piece = q!(
            "INSERT INTO paper_pieces (paper, n, content) VALUES ($1, $2, $3)",
            paper,
            n,
            sealed
        );
        act.run(piece).await?;
    }
    Ok(())
}

/// The bytes of a paper; at most [`super::MOST_BYTES`].
///
/// # Errors
/// Whatever the engine says.
pub async fn fetch(db: &Db, paper: i64) -> Result<Vec<u8>, DbError> {
    let (mut bytes, mut n): (Vec<u8>, i64) = (Vec::new(), 0);
    loop {
        let rows = db
            .rows_long(q!(
                "SELECT content FROM paper_pieces WHERE paper = $1 AND n >= $2 ORDER BY n LIMIT $3",
                paper,
                n,
                N_PIECES
            ))
            .await?;
        if rows.is_empty() {
            return Ok(bytes);
        }
        for row in rows {
            let sealed: Vec<u8> = row.get(0)?;
            bytes.extend(db.vault().open_bytes(COLUMN, &sealed)?);
            n += 1;
        }
    }
}
