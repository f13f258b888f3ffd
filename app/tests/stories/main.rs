//! Stories: named people, a chosen day, the real router and a real database of each engine.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod acts;
mod api;
mod asking;
mod auditing;
mod bodies;
mod bulk;
mod duties;
mod entering;
mod exporting;
mod finding;
mod generating;
mod hostile;
mod importing;
mod law;
mod leaving;
mod matrix;
mod outsider;
mod people;
mod places;
mod policies;
mod prints;
mod replay;
mod rounds;
mod samples;
mod shelves;
mod sign_in;
mod statements;
mod visits;
mod whole;
mod world;
