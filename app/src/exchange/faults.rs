//! What is told of single cells: what cannot be right, and what was changed.

use rules::identity::{Mask, mask, mask_telephone};
use serde::{Deserialize, Serialize};

/// Something in a cell that cannot be right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub sheet: String,
    /// As Excel shows it.
    pub row: u32,
    /// The letters of the column; empty when the row as a whole is meant.
    pub column: String,
    /// The key of the field.
    pub field: String,
    pub value: String,
    /// Stable, for programs.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Something that was written otherwise than it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub sheet: String,
    pub row: u32,
    pub column: String,
    pub field: String,
    pub title: String,
    pub before: String,
    pub after: String,
    pub what: String,
    /// Said only; nothing was changed.
    pub remark: bool,
}

/// Fields whose values are not shown whole on a page.
#[must_use]
pub fn shown(field: &str, value: &str) -> String {
    match field {
        "identity" | "insurance_no" | "relative_identity" => mask(value.trim(), Mask::First3Last4),
        "phone" | "phone2" | "contact_phone" | "phone_before" | "relative_phone" => {
            mask_telephone(value.trim())
        }
        _ => value.to_owned(),
    }
}
