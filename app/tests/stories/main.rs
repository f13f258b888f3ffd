//! Stories: named people, a chosen day, the real router and a real database of each engine.

mod sign_in;
mod world;
