//! Days and instants. Days are civil days of Asia/Shanghai and can be set; instants are UTC.

use jiff::civil::Date;
use jiff::{Timestamp, tz};

/// Shanghai has kept UTC+8 without change since 1991; every instant here is later than that.
const SHANGHAI: tz::Offset = tz::offset(8);

/// Says which day it is. The only place of the product that reads the system's clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Date>,
    second: Option<i64>,
}

impl Clock {
    /// Always this day: for tests, demos and what-if. Instants are then noon of that day.
    #[must_use]
    pub fn fixed(day: Date) -> Self {
        Self { fixed: Some(day), second: None }
    }

    /// Always this second since 1970 (UTC): for tests of what ends within a day.
    #[must_use]
    pub fn at(second: i64) -> Self {
        let at = Timestamp::from_second(second).ok();
        Self { fixed: at.map(|at| SHANGHAI.to_datetime(at).date()), second: Some(second) }
    }

    /// Today in Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> Date {
        self.fixed.unwrap_or_else(|| SHANGHAI.to_datetime(Timestamp::now()).date())
    }

    /// Whole seconds since 1970 (UTC). A fixed clock still runs within its day, so that a
    /// session can end.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        if let Some(second) = self.second {
            return second;
        }
        let now = Timestamp::now().as_second();
        self.fixed.map_or(now, |day| {
            let noon = SHANGHAI.to_timestamp(day.at(12, 0, 0, 0));
            noon.map_or(now, |noon| noon.as_second() + now.rem_euclid(14_400))
        })
    }

    /// The instant now: `2026-11-23T04:00:00Z`.
    #[must_use]
    pub fn now(&self) -> String {
        Timestamp::from_second(self.seconds()).map_or_else(|_| String::new(), |at| at.to_string())
    }
}

/// An instant of the records as the clock on the wall in Shanghai: `2026-11-23 12:00`.
#[must_use]
pub fn on_the_wall(instant: &str) -> String {
    instant.parse::<Timestamp>().map_or_else(
        |_| instant.to_owned(),
        |at| SHANGHAI.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

/// A stretch of running time, for limits inside the process; says nothing of the day.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Whether so much time has passed.
    #[must_use]
    pub fn passed(self, limit: std::time::Duration) -> bool {
        self.0.elapsed() >= limit
    }
}
