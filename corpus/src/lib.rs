//! 试表：乱的名册和有害的文件，每份都写明读出来应当是什么；只用于测试。
//!
//! The same bytes every time: no clock, no chance, no network. Workbooks are written by hand and
//! not by the libraries that read them, in the manners of the programs that offices use.

pub mod biff;
pub mod csv;
pub mod grid;
pub mod hostile;
pub mod html;
pub mod messy;
pub mod ods;
mod people;
pub mod sheet_xml;
pub mod xlsx;

pub use grid::{Cell, Grid, Page};
pub use people::{PEOPLE, Person};

/// Files that could not be made are a fault of this crate.
pub type Made = std::io::Result<Vec<u8>>;
