//! 底层：数据库、人员与许可、审计、问题、钥匙、时钟。它不知道什么是退休人员。
//!
//! Owns: `migrations`, `counters`, `audit`, `audit_head`, `idempotency`. Uses: nothing.

pub mod audit;
pub mod clock;
pub mod db;
pub mod permit;
pub mod problem;
pub mod vault;

pub use clock::Clock;
pub use db::schema;
pub use db::{Act, Db, DbError, Indexes, Migration, Query, Reader, Row, Value};
pub use permit::{Actor, Deed, Deeds, Permit, Scope};
pub use problem::{FieldError, Problem};
