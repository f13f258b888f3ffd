//! 社会化管理服务的规则：把条文写成纯函数。
//!
//! The law as pure functions: no input, no output, no clock, no floats. What day it is, is always
//! told. Every rule carries its sentence, its instrument and its first day in force.

mod coded;

pub mod calendar;
pub mod days;
pub mod duties;
pub mod facts;
pub mod identity;
pub mod law;
pub mod money;
pub mod retirement;
pub mod survivors;
