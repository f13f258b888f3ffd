//! A folder of tables into an empty database of either engine: all of it, or nothing.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use kernel::db::Load;
use kernel::schema::{Column, ColumnKind, Table, tables};
use kernel::{Db, Row, Value};

use super::csv::{bytes, read_row};
use super::files::checksum_of;
use super::schema::{Schema, said};
use crate::schema::MIGRATIONS;

/// Rows written in one trip.
const PAGE: usize = 1_000;

/// What becomes of the data that a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The database must be one in which nothing was ever done.
    Keep,
    Replace,
}

/// Reads every table of a folder; answers how many rows there were.
///
/// # Errors
/// A sentence that says what to do; nothing was written then.
pub async fn read_in(db: &Db, dir: &Path, existing: Existing) -> anyhow::Result<u64> {
    let schema = Schema::read(dir)?;
    schema.fits(db.vault())?;
    check_files(dir, &schema)?;
    db.migrate(MIGRATIONS).await?;
    let known = tables(MIGRATIONS)?;
    let mut load = db.load().await?;
    if existing == Existing::Keep && load.is_used().await? {
        anyhow::bail!("目标数据库里已有数据，只能导入到新建的空数据库");
    }
    load.clear(&known).await?;
    let mut n_rows = 0;
    for table in &known {
        let told = schema.tables.iter().find(|told| told.name == table.name);
        let told = told.ok_or_else(|| anyhow::anyhow!("schema.json 中缺少表 {}", table.name))?;
        if *told != said(table, told.rows) {
            anyhow::bail!("表 {} 的列与本程序不同，请用同一版本的程序导入", table.name);
        }
        let n_read = read_table(&mut load, dir, table).await?;
        if n_read != told.rows {
            anyhow::bail!("{}.csv 有 {n_read} 行，应为 {} 行", table.name, told.rows);
        }
        n_rows += n_read;
    }
    load.commit().await?;
    Ok(n_rows)
}

/// Every file is listed, and is as it was written.
fn check_files(dir: &Path, schema: &Schema) -> anyhow::Result<()> {
    let list = std::fs::read_to_string(dir.join("checksums.txt"))
        .map_err(|cause| anyhow::anyhow!("checksums.txt：{cause}"))?;
    let sums: Vec<(&str, &str)> = list.lines().filter_map(|line| line.split_once("  ")).collect();
    let tables = schema.tables.iter().map(|table| format!("{}.csv", table.name));
    for name in tables.chain(std::iter::once("schema.json".to_owned())) {
        let listed = sums.iter().find(|(_, known)| *known == name).map(|(sum, _)| *sum);
        let found = checksum_of(&dir.join(&name));
        let found = found.map_err(|cause| anyhow::anyhow!("{name}：{cause}"))?;
        if listed != Some(found.as_str()) {
            anyhow::bail!("{name} 与 checksums.txt 不符，文件已损坏或被改动，没有导入");
        }
    }
    Ok(())
}

async fn read_table(load: &mut Load, dir: &Path, table: &Table) -> anyhow::Result<u64> {
    let name = format!("{}.csv", table.name);
    let mut from = BufReader::with_capacity(1 << 18, File::open(dir.join(&name))?);
    let titles = read_row(&mut from)?.unwrap_or_default();
    let expected = table.columns.iter().map(|column| Some(column.name.clone()));
    if !titles.into_iter().eq(expected) {
        anyhow::bail!("{name} 的列名与 schema.json 不符");
    }
    let (mut n_rows, mut page) = (0_u64, Vec::with_capacity(PAGE));
    while let Some(cells) = read_row(&mut from).map_err(|cause| at(&name, n_rows, &cause))? {
        n_rows += 1;
        let row = row(table, cells).ok_or_else(|| at(&name, n_rows, &"有一格不是所需的内容"))?;
        page.push(row);
        if page.len() == PAGE {
            load.rows(table, std::mem::replace(&mut page, Vec::with_capacity(PAGE))).await?;
        }
    }
    if !page.is_empty() {
        load.rows(table, page).await?;
    }
    Ok(n_rows)
}

fn at(name: &str, n_rows: u64, says: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("{name} 第 {n_rows} 条：{says}")
}

fn row(table: &Table, cells: Vec<Option<String>>) -> Option<Row> {
    let fits = cells.len() == table.columns.len();
    let values = cells.into_iter().zip(&table.columns).map(|(cell, column)| value(cell, column));
    fits.then(|| values.collect::<Option<Vec<_>>>())?.map(Row)
}

fn value(cell: Option<String>, column: &Column) -> Option<Value> {
    let Some(text) = cell else {
        return column.nullable.then_some(Value::Null);
    };
    match column.kind {
        ColumnKind::Int => text.parse().ok().map(Value::Int),
        ColumnKind::Text => Some(Value::Text(text)),
        ColumnKind::Bytes => bytes(&text).map(Value::Bytes),
    }
}
