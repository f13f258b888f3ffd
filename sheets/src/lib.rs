//! 表格的读入、认表头、清洗和写出：不认识退休人员，只认识表格。
//!
//! Everything streams: a workbook of a million rows costs its shared strings and one row.
//! What is normalised is named in a note, so that nothing changes behind the sender's back.

pub mod clean;
mod csv_in;
mod csv_mark;
mod dates;
pub mod edit;
mod error;
mod guard;
pub mod header;
mod html;
mod kinds;
mod mapping;
mod ods;
mod open;
mod read;
mod sheet_xml;
mod signs;
mod text;
mod values;
mod walked;
mod write;
mod xls;
mod xml;

pub use csv_mark::{ColumnState, CsvColumn, mark_csv};
pub use dates::Day;
pub use error::SheetError;
pub use guard::Limits;
pub use header::{Header, RowKind, find_header, row_kind};
pub use kinds::{Content, Field, Need};
pub use mapping::{Column, How, Mapped, Mapping, map};
pub use open::{is_csv, open, open_within};
pub use read::{Area, Book, Cell, CellKind, Flow, RowIn, SheetInfo, Visibility, letters};
pub use signs::{LeadingSign, guarded};
pub use write::{ColumnOut, CsvCode, CsvOut, KindOut, Lines, XlsxOut};
