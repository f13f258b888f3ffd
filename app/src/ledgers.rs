//! Ledgers that are taken out as files: lines that come from the engine with all their cells.
//!
//! Their queries compare the place as an expression (`org || ''`), so that rows are walked by their
//! numbers once and not sorted anew for every page.

use kernel::{DbError, Query, Reader, Row};

/// Its number, and a cell for every column of the export.
pub type Line = (i64, Vec<String>);

/// Words for the codes of a column.
type Names = &'static [(&'static str, &'static str)];

/// The lines of a query whose first column is their number. Codes in the columns that are `named`
/// (counted from the number as 0) are told in words.
///
/// # Errors
/// Whatever the engine says.
pub async fn lines(
    reader: &mut impl Reader,
    query: Query,
    named: &[(usize, Names)],
) -> Result<Vec<Line>, DbError> {
    let rows = reader.ask(query).await?;
    rows.iter().map(|row| line(row, named)).collect()
}

fn line(row: &Row, named: &[(usize, Names)]) -> Result<Line, DbError> {
    let cell = |at: usize| {
        let text = row.get::<Option<String>>(at)?.unwrap_or_default();
        let names = named.iter().find(|(column, _)| *column == at);
        Ok(match names {
            Some((_, names)) => crate::codes::name_of(names, &text).to_owned(),
            None => text,
        })
    };
    let cells = (1..row.0.len()).map(cell).collect::<Result<_, DbError>>()?;
    Ok((row.get(0)?, cells))
}
