//! What a folder of tables says about itself: `schema.json`.

use std::path::Path;

use kernel::schema::Table;
use kernel::vault::Vault;

use crate::schema::MIGRATIONS;

/// How the sensitive columns stand in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Values {
    /// As they are stored, in base64: for another database of this program with the same keys.
    Sealed,
    /// In plain text: for another system.
    Open,
}

/// `schema.json`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Schema {
    pub format: u32,
    /// By what the keys are known again; never a key.
    pub key_check: String,
    pub values: Values,
    /// The numbered files that made the tables.
    pub migrations: Vec<(i64, String)>,
    pub tables: Vec<TableSaid>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct TableSaid {
    pub name: String,
    pub rows: u64,
    pub key: Vec<String>,
    pub columns: Vec<ColumnSaid>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct ColumnSaid {
    pub name: String,
    /// `BIGINT`, `TEXT`, or `BYTES` in base64.
    pub r#type: String,
    pub nullable: bool,
}

/// The only form there is.
pub const FORMAT: u32 = 1;

impl Schema {
    #[must_use]
    pub fn new(vault: &Vault, values: Values) -> Self {
        Self {
            format: FORMAT,
            key_check: key_check(vault),
            values,
            migrations: migrations(),
            tables: Vec::new(),
        }
    }

    /// Reads it in a folder.
    ///
    /// # Errors
    /// When it is not there or of another form.
    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("schema.json");
        let text = std::fs::read_to_string(&path)
            .map_err(|cause| anyhow::anyhow!("{}：{cause}", path.display()))?;
        let schema: Self = serde_json::from_str(&text)
            .map_err(|cause| anyhow::anyhow!("{} 无法识别：{cause}", path.display()))?;
        if schema.format != FORMAT {
            anyhow::bail!("{} 是更新的格式，请使用新版程序", path.display());
        }
        Ok(schema)
    }

    /// Whether it can be read into a database of this program with these keys.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn fits(&self, vault: &Vault) -> anyhow::Result<()> {
        if self.values == Values::Open {
            anyhow::bail!("这是解密后的导出，供其他系统使用；迁移请用不带 --open 的导出");
        }
        if self.key_check != key_check(vault) {
            anyhow::bail!("密钥文件与这份数据不符，请用 --key-file 指定导出时所用的密钥文件");
        }
        if self.migrations != migrations() {
            anyhow::bail!("导出这份数据的程序与本程序版本不同，请用同一版本的程序导入");
        }
        Ok(())
    }
}

fn migrations() -> Vec<(i64, String)> {
    let mut files: Vec<(i64, String)> =
        MIGRATIONS.iter().map(|file| (file.number, file.name.to_owned())).collect();
    files.sort();
    files
}

/// By what the keys are known again.
#[must_use]
pub fn key_check(vault: &Vault) -> String {
    vault.check().chars().take(16).collect()
}

/// What is said of a table.
#[must_use]
pub fn said(table: &Table, rows: u64) -> TableSaid {
    let column = |column: &kernel::schema::Column| ColumnSaid {
        name: column.name.clone(),
        r#type: column.kind.word().to_owned(),
        nullable: column.nullable,
    };
    TableSaid {
        name: table.name.clone(),
        rows,
        key: table.key.clone(),
        columns: table.columns.iter().map(column).collect(),
    }
}
