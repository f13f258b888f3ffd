//! Stories: named people, a chosen day, the real router and a real database of each engine.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod accounts;
mod acts;
mod api;
mod auditing;
mod bodies;
mod browser;
mod bulk;
mod doors;
mod duties;
mod entering;
mod exporting;
mod finding;
mod generating;
mod importing;
mod law;
mod leaving;
mod matrix;
mod oracle;
mod people;
mod places;
mod policies;
mod prints;
mod replay;
mod reports;
mod rounds;
mod samples;
mod second_factor;
mod setup;
mod shelves;
mod sign_in;
mod statements;
mod statistics;
mod visits;
mod whole;
mod world;
