//! What the pages of reports have in common: numbers that lead to their rows, tables, states.

use std::collections::BTreeMap;

use frame::{Col, Table, Tone};
use jiff::civil::Date;
use maud::{Markup, html};

use super::counts::Values;
use super::figures::{self, Figure, OUTCOMES, Part};
use super::frozen::Correction;
use super::sheet::{Child, Sheet};
use super::store::{Report, State};

/// Whether numbers lead anywhere: not on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    Shown,
    Hidden,
}

/// A report on a page: where its numbers lead, and which of them are others by now.
pub struct Shown<'a> {
    pub sheet: &'a Sheet,
    pub links: Links,
    changed: BTreeMap<&'a str, i64>,
}

impl<'a> Shown<'a> {
    #[must_use]
    pub fn new(sheet: &'a Sheet, links: Links, changes: &'a [Correction]) -> Self {
        let changed = changes.iter().map(|one| (one.figure.as_str(), one.now)).collect();
        Self { sheet, links, changed }
    }

    fn address(&self, org: i64, what: &str, figure: &str) -> String {
        format!("/reports/{}/{org}/{what}/{figure}", self.sheet.month.code)
    }

    /// A number with the way to its rows; beside a frozen one what it would be now.
    fn number(&self, figure: &str) -> Markup {
        let (n, org) = (self.sheet.value(figure), self.sheet.unit.id);
        let now = self.changed.get(figure);
        html! {
            (self.linked(n, org, figure))
            @if let Some(now) = now {
                " " a.changed href=(self.address(org, "changes", figure)) {
                    "现" (frame::count(*now)) "（" (signed(now - n)) "）"
                }
            }
        }
    }

    fn linked(&self, n: i64, org: i64, figure: &str) -> Markup {
        html! {
            @if n == 0 || self.links == Links::Hidden { (frame::count(n)) }
            @else { a href=(self.address(org, "rows", figure)) { (frame::count(n)) } }
        }
    }
}

/// `+1`, `−1`.
#[must_use]
pub fn signed(n: i64) -> String {
    match n {
        0 => "0".to_owned(),
        1.. => format!("+{}", frame::count(n)),
        _ => format!("−{}", frame::count(-n)),
    }
}

/// All parts of one report.
#[must_use]
pub fn figures(shown: &Shown<'_>) -> Markup {
    html! {
        @for part in Part::ALL {
            @if *part == Part::Duties { (duties(shown)) }
            @else { (part_table(shown, *part)) }
        }
    }
}

fn part_table(shown: &Shown<'_>, part: Part) -> Markup {
    let columns = vec![Col::head("指标"), Col::number("数量"), Col::text("单位")];
    let rows = figures::of_part(part).map(|figure| {
        vec![frame::text(&figure.name), shown.number(&figure.id), frame::text(figure.unit)]
    });
    let table = frame::table(Table::new(part.name(), columns).rows(rows.collect()));
    let how = figures::of_part(part).map(|figure| (figure.name.as_str(), figure.how.as_str()));
    html! { (table) (explained(shown.links, how)) }
}

/// How the figures above are counted; on paper only the figures stand.
fn explained<'a>(links: Links, how: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    if links == Links::Hidden {
        return html! {};
    }
    let list = html! { ul { @for (name, how) in how { li { (name) "：" (how) "。" } } } };
    frame::why("怎样统计", list)
}

/// What was owed: a line for each kind, a column for each outcome.
fn duties(shown: &Shown<'_>) -> Markup {
    let mut columns = vec![Col::head("事项")];
    columns.extend(OUTCOMES.iter().map(|(_, name, _)| Col::number(name)));
    let rows = figures::owed().into_iter().map(|(rule, name)| {
        let mut row = vec![frame::text(name)];
        let cells = OUTCOMES.iter().map(|(code, ..)| shown.number(&figures::duty(rule, code)));
        row.extend(cells);
        row
    });
    html! {
        (frame::table(Table::new("应办事项（件）", columns).rows(rows.collect())))
        (explained(shown.links, OUTCOMES.iter().map(|(_, name, how)| (*name, *how))))
    }
}

/// The organisations below side by side, a table for each part.
#[must_use]
pub fn register(shown: &Shown<'_>) -> Markup {
    html! {
        @for part in Part::ALL {
            @let figures = columns_of(*part);
            (side_by_side(shown, part.name(), &figures))
        }
    }
}

/// The figures of a part that stand side by side; of duties, all rules together.
fn columns_of(part: Part) -> Vec<(&'static Figure, &'static str)> {
    if part != Part::Duties {
        return figures::of_part(part).map(|figure| (figure, figure.name.as_str())).collect();
    }
    let all = OUTCOMES.iter().filter_map(|(code, name, _)| {
        figures::find(&figures::duty("all", code)).map(|figure| (figure, *name))
    });
    all.collect()
}

fn side_by_side(
    shown: &Shown<'_>,
    caption: &str,
    figures: &[(&'static Figure, &'static str)],
) -> Markup {
    let mut columns = vec![Col::head("单位")];
    columns.extend(figures.iter().map(|(_, name)| Col::number(name)));
    let row = |child: &Child| {
        let mut row = vec![frame::text(&child.unit.name)];
        for (figure, _) in figures {
            row.push(shown.linked(child.value(&figure.id), child.unit.id, &figure.id));
        }
        row
    };
    let mut total = vec![html! { "合计" }];
    total.extend(figures.iter().map(|(figure, _)| shown.number(&figure.id)));
    frame::table(
        Table::new(caption, columns)
            .rows(shown.sheet.children.iter().map(row).collect())
            .total(total)
            .empty("下面还没有单位"),
    )
}

/// What was told of earlier months.
#[must_use]
pub fn corrections(sheet: &Sheet, all: &[Correction], links: Links) -> Markup {
    let mut columns = vec![
        Col::head("月份"),
        Col::text("指标"),
        Col::number("原报"),
        Col::number("更正后"),
        Col::number("增减"),
    ];
    if links == Links::Shown {
        columns.push(Col::actions());
    }
    let rows = all.iter().map(|one| {
        let name = figures::find(&one.figure).map_or("", |figure| figure.name.as_str());
        let href = format!("/reports/{}/{}/changes/{}", one.month, sheet.unit.id, one.figure);
        vec![
            frame::text(&one.month),
            frame::text(name),
            frame::text(frame::count(one.was)),
            frame::text(frame::count(one.now)),
            frame::text(signed(one.now - one.was)),
            html! { a href=(href) { "有变化的记录" span.unseen { (one.month) (name) } } },
        ]
    });
    let table = Table::new("对以前月份的更正", columns).rows(rows.collect());
    frame::table(table.empty("没有需要更正的以前月份"))
}

/// The beginning and the end of a month with what lies between.
#[must_use]
pub fn sum(values: &Values) -> Markup {
    let n = |figure: &str| frame::count(values.get(figure).copied().unwrap_or(0));
    html! {
        p {
            "核对：期初" (n("start")) "＋新纳入" (n("taken_in")) "＋转入" (n("moved_in"))
            "－转出到其他社区" (n("moved_out")) "－转出本地" (n("left")) "－去世" (n("died"))
            "＝期末" (n("end")) "。"
            @if !super::counts::adds_up(values) { "两边不等，请联系系统管理员。" }
        }
    }
}

/// Where a report stands on a day, as a tag.
#[must_use]
pub fn standing(report: Option<&Report>, due_on: Date, today: Date) -> Markup {
    let (tone, words) = match report {
        None if today > due_on => (Tone::Bad, "逾期未报"),
        None => (Tone::Plain, "未上报"),
        Some(report) => (tone(report.state), report.state.name()),
    };
    html! {
        (frame::tag(tone, words))
        @if report.is_some_and(Report::was_late) { " " (frame::tag(Tone::Warn, "迟报")) }
        @if report.is_some_and(|report| report.state == State::Returned) && today > due_on {
            " " (frame::tag(Tone::Bad, "逾期未重报"))
        }
    }
}

const fn tone(state: State) -> Tone {
    match state {
        State::Submitted => Tone::Info,
        State::Returned => Tone::Bad,
        State::Accepted => Tone::Good,
        State::Missing => Tone::Warn,
    }
}
