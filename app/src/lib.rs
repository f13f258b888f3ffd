//! 松鹤：企业退休人员社会化管理服务平台。
//!
//! The house: rooms by floors, and around them what carries requests to them.

pub mod cli;
pub mod codes;
pub mod deeds;
pub mod help;
pub mod home;
pub mod labels;
pub mod names;
pub mod openapi;
pub mod routes;
pub mod schema;
pub mod state;
pub mod web;

pub mod accounts;
pub mod archives;
pub mod attached;
pub mod audit;
pub mod cards;
pub mod duties;
pub mod exchange;
pub mod groups;
pub mod handover;
pub mod law;
pub mod ledgers;
pub mod orgs;
pub mod papers;
pub mod people;
pub mod policies;
pub mod recoding;
pub mod registry;
pub mod reorganisation;
pub mod statistics;
pub mod visits;
