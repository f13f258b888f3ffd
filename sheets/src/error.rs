//! 表格出错时对人说的话。

/// Why a file cannot be read or written; the sentence is for the person who sent it.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    #[error("文件是空的，请检查后重新选择文件")]
    Empty,
    #[error("这是 Excel 4.0 或更早的文件，请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入")]
    OldXls,
    #[error("文件有密码，请先取消密码、另存后再导入")]
    Password,
    #[error("这其实是网页文件，里面没有表格，请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入")]
    Html,
    /// What the file is.
    #[error("这是{0}，不是能导入的表格，请选择表格文件，或另存为 .xlsx 后再导入")]
    Other(&'static str),
    #[error("这是压缩包，请先解压，再选择其中的表格文件")]
    Archive,
    #[error("不认识这种文件，请用 Excel 或 WPS 打开，另存为 .xlsx 或 .csv 后再导入")]
    Unknown,
    #[error("文件太大（超过 {mebibytes} MiB），请拆成几个文件后再导入")]
    FileTooBig { mebibytes: u64 },
    #[error(
        "文件展开后太大（超过 {mebibytes} MiB），请删去多余的工作表和格式，或拆成几个文件后再导入"
    )]
    InflatesTooBig { mebibytes: u64 },
    #[error("文件内部有 {n_parts} 个部件，超过 {limit} 个，请新建工作簿、只复制数据后再导入")]
    TooManyParts { n_parts: usize, limit: usize },
    #[error("文件的压缩比异常，不像正常的表格，请用 Excel 或 WPS 打开，另存后再导入")]
    TooDense,
    #[error("工作表“{sheet}”超过 {limit} 行，请拆成几个文件后再导入")]
    TooManyRows { sheet: String, limit: u32 },
    #[error("单元格 {cell} 在第 {limit} 列之外，请删除多余的列后再导入")]
    TooManyColumns { cell: String, limit: u32 },
    #[error("第 {line} 行附近有一格太长，多半是引号没有配对，请检查后再导入")]
    CellTooLong { line: u32 },
    #[error("第 {line} 行附近的文字编码认不出来，请另存为“CSV UTF-8”或 .xlsx 后再导入")]
    Encoding { line: u64 },
    #[error("没有名为“{0}”的工作表，请重新选择工作表")]
    NoSuchSheet(String),
    /// The cause goes to the log, never to the page.
    #[error("文件已损坏，请用 Excel 或 WPS 打开，另存后再导入")]
    Damaged { cause: String },
    #[error("工作表“{sheet}”第 {row} 行之后读不下去，文件可能已损坏，请另存后再导入")]
    DamagedAfter { sheet: String, row: u32, cause: String },
    #[error(
        "第 {row} 行第 {column} 列的“{character}”（{code}）在 GB 18030 中写不出来，请改用 UTF-8 导出"
    )]
    Unwritable { row: u32, column: u32, character: char, code: String },
    #[error("第 {row} 行有 {given} 格，应为 {expected} 格，请联系系统管理员")]
    Width { row: u32, given: usize, expected: usize },
    #[error("第 {row} 行第 {column} 列超过 32767 个字，Excel 装不下，请改用 CSV 导出")]
    CellFull { row: u32, column: u32 },
    #[error("读这个文件太费内存或时间，不像正常的表格，请用 Excel 或 WPS 另存、拆小后再导入")]
    TooCostly,
    /// What a reader in a process of its own said.
    #[error("{0}")]
    Told(String),
    /// The cause goes to the log, never to the page.
    #[error("文件写不出来，请稍后再试")]
    NotWritten { cause: String },
    /// The cause goes to the log, never to the page.
    #[error("读写文件时出错，请稍后再试")]
    Io(#[from] std::io::Error),
}

impl SheetError {
    /// For the log: what the sentence keeps to itself.
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Damaged { cause }
            | Self::DamagedAfter { cause, .. }
            | Self::NotWritten { cause } => Some(cause.clone()),
            Self::Io(cause) => Some(cause.to_string()),
            _ => None,
        }
    }
}
