use maud::{Markup, html};

use crate::parts::{Link, current};
use crate::words::count;

/// What the cells of a column hold, which decides how they are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColKind<'a> {
    Text,
    /// The cell that names its row: a person's name.
    Head,
    Number,
    Day,
    /// The 操作 column; it is not printed.
    Actions,
    /// Boxes to tick, made by [`select_one`] with the same field name; it is not printed.
    Select(&'a str),
}

#[derive(Clone, Copy, Debug)]
pub struct Col<'a> {
    pub title: &'a str,
    pub kind: ColKind<'a>,
}

impl<'a> Col<'a> {
    pub const fn text(title: &'a str) -> Self {
        Self { title, kind: ColKind::Text }
    }

    pub const fn head(title: &'a str) -> Self {
        Self { title, kind: ColKind::Head }
    }

    pub const fn number(title: &'a str) -> Self {
        Self { title, kind: ColKind::Number }
    }

    pub const fn day(title: &'a str) -> Self {
        Self { title, kind: ColKind::Day }
    }

    pub const fn actions() -> Self {
        Self { title: "操作", kind: ColKind::Actions }
    }

    pub const fn select(field: &'a str) -> Self {
        Self { title: "选择", kind: ColKind::Select(field) }
    }

    /// What stands before the cell where a row is a card.
    const fn label(&self) -> Option<&'a str> {
        match self.kind {
            ColKind::Text | ColKind::Number | ColKind::Day => Some(self.title),
            ColKind::Head | ColKind::Actions | ColKind::Select(_) => None,
        }
    }

    const fn class(&self) -> Option<&'static str> {
        match self.kind {
            ColKind::Text | ColKind::Head => None,
            ColKind::Number => Some("number"),
            ColKind::Day => Some("day"),
            ColKind::Actions => Some("actions"),
            ColKind::Select(_) => Some("select"),
        }
    }
}

/// A list with columns. Rows that are shorter than the columns get empty cells at their end.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    pub caption: &'a str,
    pub columns: Vec<Col<'a>>,
    pub rows: Vec<Vec<Markup>>,
    /// The sentence that stands there when there are no rows; it says what to do.
    pub empty: &'a str,
    /// The 序号 of the first row; `None` leaves the column out.
    pub numbered_from: Option<u64>,
    /// The 合计 row, with as many cells as there are columns.
    pub total: Option<Vec<Markup>>,
}

impl<'a> Table<'a> {
    pub const fn new(caption: &'a str, columns: Vec<Col<'a>>) -> Self {
        Self {
            caption,
            columns,
            rows: Vec::new(),
            empty: "没有符合条件的记录",
            numbered_from: None,
            total: None,
        }
    }

    pub fn rows(mut self, rows: Vec<Vec<Markup>>) -> Self {
        self.rows = rows;
        self
    }

    pub const fn empty(mut self, empty: &'a str) -> Self {
        self.empty = empty;
        self
    }

    pub const fn numbered_from(mut self, first: u64) -> Self {
        self.numbered_from = Some(first);
        self
    }

    /// The field that the boxes of its rows fill in: what is wrong with it leads to the table.
    fn field(&self) -> Option<&str> {
        self.columns.iter().find_map(|column| match column.kind {
            ColKind::Select(field) => Some(field),
            _ => None,
        })
    }

    pub fn total(mut self, total: Vec<Markup>) -> Self {
        self.total = Some(total);
        self
    }
}

/// So many columns fit on a telephone; the rows of wider tables become cards there.
const N_NARROW: usize = 3;

/// A table in a box of its own, which scrolls when the table is wider than the page. On a
/// telephone each row of a wide one is a card, whose lines carry the titles of their columns.
pub fn table(table: Table<'_>) -> Markup {
    if table.rows.is_empty() {
        return html! {
            div.no-rows { p.no-rows-title { (table.caption) } p { (table.empty) } }
        };
    }
    html! {
        div.scroll id=[table.field()] role="region" tabindex="0" aria-label=(table.caption) {
            table class=[(table.columns.len() > N_NARROW).then_some("list")] {
                caption { (table.caption) }
                thead { (head(&table)) }
                tbody {
                    @for (number, row) in (table.numbered_from.unwrap_or(1)..).zip(&table.rows) {
                        (body_row(&table, number, row))
                    }
                }
                @if let Some(total) = &table.total { tfoot { (total_row(&table, total)) } }
            }
        }
    }
}

fn head(table: &Table<'_>) -> Markup {
    html! {
        tr {
            @if table.numbered_from.is_some() { th.serial scope="col" { "序号" } }
            @for column in &table.columns {
                th scope="col" class=[column.class()] {
                    @if let ColKind::Select(field) = column.kind { (select_all(field)) }
                    @else { (column.title) }
                }
            }
        }
    }
}

fn body_row(table: &Table<'_>, number: u64, row: &[Markup]) -> Markup {
    let is_wide = table.columns.len() > N_NARROW;
    html! {
        tr {
            @if table.numbered_from.is_some() { td.serial { (number) } }
            @for (place, column) in table.columns.iter().enumerate() {
                @let cell = row.get(place);
                @if column.kind == ColKind::Head {
                    th scope="row" { @if let Some(cell) = cell { (cell) } }
                } @else {
                    td class=[column.class()] data-label=[column.label().filter(|_| is_wide)] {
                        @if let Some(cell) = cell { (cell) }
                    }
                }
            }
        }
    }
}

fn total_row(table: &Table<'_>, total: &[Markup]) -> Markup {
    html! {
        tr {
            @if table.numbered_from.is_some() { td.serial {} }
            @for (place, column) in table.columns.iter().enumerate() {
                td class=[column.class()] data-label=[column.label()] {
                    @if let Some(cell) = total.get(place) { (cell) }
                }
            }
        }
    }
}

/// Ticks every box of the field. It is shown only where scripts run.
fn select_all(field: &str) -> Markup {
    html! {
        span.unseen { "选择" }
        label.tick {
            input type="checkbox" data-select-all=(field) aria-label="全选本页" hidden;
        }
    }
}

/// The box of a row; `label` says whose it is.
pub fn select_one(field: &str, value: &str, label: &str) -> Markup {
    select_kept(field, value, label, &[])
}

/// The same, ticked when it was ticked in the form that comes back.
pub fn select_kept(field: &str, value: &str, label: &str, chosen: &[&str]) -> Markup {
    let label = format!("选择{label}");
    html! {
        label.tick {
            input type="checkbox" name=(field) value=(value) aria-label=(label)
                checked[chosen.contains(&value)];
        }
    }
}

/// The links below a list that is paged by key. A link that leads nowhere is `None`.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    pub first: Option<String>,
    pub prev: Option<String>,
    pub next: Option<String>,
    /// The page sizes, usually 20, 50 and 100; the present one is `current`.
    pub sizes: Vec<Link>,
    /// How many records there are in all, if that is known.
    pub total: Option<i64>,
}

/// The line below a list: how many there are, back and on, and how many on a page.
pub fn pager(pager: Pager) -> Markup {
    let ways = [("首页", &pager.first), ("上一页", &pager.prev), ("下一页", &pager.next)];
    html! {
        nav.pager aria-label="分页" {
            @if let Some(total) = pager.total { span { "共" (count(total)) "条" } }
            @for (title, href) in ways {
                @if let Some(href) = href { a.button.second href=(href) { (title) } }
            }
            @if !pager.sizes.is_empty() {
                span.sizes {
                    "每页"
                    @for size in &pager.sizes {
                        a href=(size.href) aria-current=[current(size.current)] { (size.title) }
                    }
                    "条"
                }
            }
        }
    }
}

/// The form above a list: its fields are kept in the address, so that a view can be sent on.
/// `action` is the list without conditions, where 重置 leads too. On a telephone with scripts it
/// is folded until it is wanted.
pub fn filters(action: &str, fields: Markup) -> Markup {
    html! {
        form.filter-form method="get" action=(action) role="search" aria-label="筛选" {
            details.filter-fold open data-fold {
                summary { "筛选条件" }
                div.filters {
                    (fields)
                    div.filter-buttons {
                        button.button type="submit" { "查询" }
                        a.button.second href=(action) { "重置" }
                    }
                }
            }
        }
    }
}
