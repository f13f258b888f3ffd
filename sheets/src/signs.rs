//! 文字的第一个字：表格软件会当作公式的，和读入时会去掉的。

/// With these a formula begins, in full width too: some spreadsheets take one for the other.
pub(crate) const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Reading takes one of these off the beginning of a text.
pub(crate) const APOSTROPHES: [char; 3] = ['\'', '’', '‘'];

/// A text with an apostrophe in front when reading would take something off it; else as it is.
/// For workbooks that are to come back unaltered.
pub fn guarded(text: &str) -> std::borrow::Cow<'_, str> {
    let shelled = text.trim().starts_with("=\"") && text.trim().ends_with('"');
    if text.starts_with(APOSTROPHES) || shelled {
        return format!("'{text}").into();
    }
    text.into()
}

/// What to do with a text that a spreadsheet would take for a formula (`= + - @`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadingSign {
    /// The receiver is a program: nothing is altered.
    AsIs,
    /// The receiver opens it in Excel: an apostrophe in front; reading takes it off again.
    Apostrophe,
}
