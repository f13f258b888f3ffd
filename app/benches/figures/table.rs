//! What was measured, each figure beside its floor of the same run.

use std::time::Duration;

/// One line of the table.
pub struct Line {
    pub what: String,
    pub figure: String,
    /// The least that the same work can cost on this machine, and what it is.
    pub floor: Option<(String, &'static str)>,
    /// How many times the floor.
    pub ratio: Option<f64>,
    pub goal: &'static str,
    pub is_met: Option<bool>,
}

impl Line {
    pub fn new(what: impl Into<String>, figure: impl Into<String>) -> Self {
        let (what, figure) = (what.into(), figure.into());
        Self { what, figure, floor: None, ratio: None, goal: "", is_met: None }
    }

    /// A time beside the time of its floor.
    pub fn time(what: impl Into<String>, took: Duration) -> Self {
        Self::new(what, seconds(took))
    }

    pub fn floor_time(mut self, what: &'static str, took: Duration, floor: Duration) -> Self {
        self.floor = Some((seconds(floor), what));
        self.ratio = Some(took.as_secs_f64() / floor.as_secs_f64().max(1e-9));
        self
    }

    /// So many a second beside how many the floor does; the ratio says how many times the cost.
    pub fn floor_rate(mut self, what: &'static str, rate: u64, floor: u64) -> Self {
        self.floor = Some((format!("{floor}/s"), what));
        self.ratio = Some(floor as f64 / (rate as f64).max(1.0));
        self
    }

    /// The goal in words, and whether it was met.
    pub fn goal(mut self, goal: &'static str, is_met: impl Into<bool>) -> Self {
        (self.goal, self.is_met) = (goal, Some(is_met.into()));
        self
    }

    fn cells(&self) -> [String; 6] {
        let (floor, of) = self.floor.clone().unwrap_or_default();
        let met = match self.is_met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let ratio = self.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let floor = if of.is_empty() { floor } else { format!("{floor} ({of})") };
        [self.what.clone(), self.figure.clone(), floor, ratio, self.goal.to_owned(), met.to_owned()]
    }
}

/// Seconds, or milliseconds when there are few of them.
pub fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(2) {
        return format!("{:.1} ms", took.as_secs_f64() * 1_000.0);
    }
    format!("{:.1} s", took.as_secs_f64())
}

/// Prints the lines as a table of Markdown.
pub fn print(lines: &[Line]) {
    println!("| measure | figure | floor | figure/floor | goal | |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for line in lines {
        println!("| {} |", line.cells().join(" | "));
    }
}
