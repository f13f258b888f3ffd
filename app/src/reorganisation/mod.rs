//! 机构的页面和调整：一级一级地查看机构和在管人数，撤销、合并、拆分机构和变更代码。
//!
//! Owns: nothing. Uses: `accounts`, `orgs`, `registry`.
//!
//! It stands on the roof because it asks every room what hangs on an organisation.

pub mod api;
pub mod close;
pub mod close_pages;
pub mod places;
