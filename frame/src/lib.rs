//! 页面框架：各室的页面共用的外壳、表单、表格、提示与打印样式。
//!
//! Owns: no table. Uses: nothing; it knows no database, no request and no retiree.
//!
//! Every component is a function that returns [`maud::Markup`]. All text is escaped by maud, no
//! component writes an inline style or script, and every page works without JavaScript.
//! Names of fields that all forms share are the constants [`CSRF_FIELD`] and [`KEY_FIELD`].

pub mod assets;
mod chart;
mod field;
mod form;
mod lists;
mod parts;
mod print;
mod shell;
mod table;
mod words;

pub use chart::{Bar, Chart, bar_chart};
pub use field::{Choice, FieldError, Input, Kind, Width};
pub use form::{
    CSRF_FIELD, KEY_FIELD, checkbox, checkbox_group, danger_submit, error_summary, fieldset,
    file_field, form_post, form_upload, hidden, inline_post, radio_group, select_field, submit,
    text_field, textarea, ticked,
};
pub use lists::{
    Answer, Duty, Found, Moment, Step, Tally, check_answers, duty, facts_list, found, progress,
    progress_until_done, steps, tallies, timeline,
};
pub use maud::Markup;
pub use parts::{
    Link, Tone, back_link, button_link, card, danger_button_link, fold, main_button_link, notice,
    panel, print_button, tabs, tag, toolbar, why,
};
pub use print::{CutCard, Entry, Paper, PrintSheet, cards_to_cut, paper_form, print_sheet};
pub use shell::{
    Audience, Crumb, MenuGroup, MenuItem, Notice, Shell, TextSize, Who, old_browser_page,
};
pub use table::{Col, ColKind, Pager, Table, filters, pager, select_kept, select_one, table};
pub use words::{count, day, text, time};
