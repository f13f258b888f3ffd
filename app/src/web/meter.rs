//! What the house tells those who watch it: counts in the text form of Prometheus.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;

/// Answers given, by the first digit of their status.
static ANSWERS: [AtomicU64; 6] = [const { AtomicU64::new(0) }; 6];

/// Counts one answer.
pub fn count(status: StatusCode) {
    let class = usize::from(status.as_u16() / 100).min(5);
    ANSWERS[class].fetch_add(1, Ordering::Relaxed);
}

/// The counts of this process, and whether the database answers.
#[must_use]
pub fn text(database: Result<i64, kernel::DbError>) -> String {
    let mut text = String::from("# TYPE songhe_answers_total counter\n");
    for (class, answers) in ANSWERS.iter().enumerate().skip(1) {
        let n = answers.load(Ordering::Relaxed);
        // Writing into a string cannot fail.
        let _ = writeln!(text, "songhe_answers_total{{class=\"{class}xx\"}} {n}");
    }
    let (up, schema) = database.map_or((0, 0), |schema| (1, schema));
    let _ = writeln!(text, "# TYPE songhe_database_up gauge\nsonghe_database_up {up}");
    let _ = writeln!(text, "# TYPE songhe_schema gauge\nsonghe_schema {schema}");
    text
}
