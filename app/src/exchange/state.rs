//! How far an import is.

use frame::Tone;

/// A step on the way of a file into the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its sheets and columns are being looked at.
    Reading,
    /// The columns wait to be confirmed.
    Mapped,
    /// Every row is being compared with the registry.
    Checking,
    /// What would come of it is known; it waits to be confirmed.
    Checked,
    Importing,
    Done,
    Failed,
    Cancelled,
    Undone,
}

const STATES: &[(State, &str, &str)] = &[
    (State::Reading, "reading", "正在识别"),
    (State::Mapped, "mapped", "待核对列"),
    (State::Checking, "checking", "正在试算"),
    (State::Checked, "checked", "待确认导入"),
    (State::Importing, "importing", "正在写入"),
    (State::Done, "done", "已导入"),
    (State::Failed, "failed", "未成功"),
    (State::Cancelled, "cancelled", "已取消"),
    (State::Undone, "undone", "已撤销"),
];

impl State {
    fn row(self) -> &'static (State, &'static str, &'static str) {
        STATES.iter().find(|row| row.0 == self).unwrap_or(&STATES[0])
    }

    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().1
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().2
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        STATES.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    /// Whether something is being done without anybody.
    #[must_use]
    pub fn is_working(self) -> bool {
        matches!(self, Self::Reading | Self::Checking | Self::Importing)
    }

    #[must_use]
    pub fn tone(self) -> Tone {
        match self {
            Self::Done => Tone::Good,
            Self::Failed => Tone::Bad,
            Self::Mapped | Self::Checked => Tone::Warn,
            Self::Reading | Self::Checking | Self::Importing => Tone::Info,
            Self::Cancelled | Self::Undone => Tone::Plain,
        }
    }
}
