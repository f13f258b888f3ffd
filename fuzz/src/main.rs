//! Fuzzing of everything that reads what strangers send; `scripts/fuzz.sh` runs it.
//!
//! One program for all targets, since linking costs more than choosing: `SONGHE_FUZZ` names the
//! target. Each asserts what must hold of whatever comes out, beside that nothing breaks.
#![no_main]

mod books;
mod edits;
mod words;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

type Run = fn(&[u8]);

/// The targets, by name.
const TARGETS: &[(&str, Run)] = &[
    ("zip", books::zip),
    ("xlsx", books::xlsx),
    ("xls", books::xls),
    ("ods", books::ods),
    ("xml", books::xml),
    ("csv", books::csv),
    ("header", words::header),
    ("values", words::values),
    ("blank", edits::blank),
    ("mark", edits::mark),
];

fn chosen() -> Run {
    static CHOSEN: OnceLock<Run> = OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let name = std::env::var("SONGHE_FUZZ").unwrap_or_default();
        let found = TARGETS.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("SONGHE_FUZZ names no target: {name:?}")).1
    })
}

thread_local! {
    /// Where and why the last panic was.
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

// What the reader catches itself is no finding: a library that gives up on a damaged workbook.
fuzz_target!(
    init: set_hook(Box::new(|panic| LAST.set(panic.to_string()))),
    |bytes: &[u8]| {
        if catch_unwind(AssertUnwindSafe(|| chosen()(bytes))).is_err() {
            eprintln!("{}", LAST.take());
            std::process::abort();
        }
    }
);
