//! 机构的页面和调整：一级一级地查看机构和在管人数，撤销、合并、拆分机构和变更代码。
//!
//! Owns: nothing. Uses: `accounts`, `duties`, `orgs`, `policies`, `registry`.
//!
//! It stands on the roof because it asks every room what hangs on an organisation.

pub mod api;
pub mod carrying;
pub mod close;
pub mod close_pages;
pub mod merge;
pub mod merge_pages;
pub mod places;
pub mod renumber;
pub mod renumber_pages;
pub mod split;
pub mod split_pages;
pub mod words;
