use maud::{Markup, html};

use crate::table::{Col, Table, table};
use crate::words::{text, whole};

/// A row of a chart.
#[derive(Clone, Debug)]
pub struct Bar<'a> {
    pub label: &'a str,
    pub n: u64,
}

/// Numbers that are compared with each other.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    pub caption: &'a str,
    /// What the labels are: 「街道」.
    pub of: &'a str,
    /// What is counted: 「人」.
    pub unit: &'a str,
    pub bars: Vec<Bar<'a>>,
}

/// The longest bar, in units of the drawing, which is stretched to its column.
const LONGEST: u64 = 1000;

/// A table whose rows carry their bars, so that the drawing and the numbers cannot part company.
pub fn bar_chart(chart: Chart<'_>) -> Markup {
    let greatest = chart.bars.iter().map(|bar| bar.n).max().unwrap_or(0);
    let columns = vec![Col::head(chart.of), Col::number(chart.unit), Col::text("对比")];
    let rows = chart
        .bars
        .iter()
        .map(|bar| vec![text(bar.label), text(whole(bar.n)), drawing(length(bar.n, greatest))]);
    html! { div.chart { (table(Table::new(chart.caption, columns).rows(rows.collect()))) } }
}

/// A bar says nothing that the number beside it does not say, so it is hidden from readers.
fn drawing(length: u64) -> Markup {
    html! {
        svg viewBox={ "0 0 " (LONGEST) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            rect width=(length) height="10" {}
        }
    }
}

/// The length of a bar; what is not zero is always seen.
fn length(n: u64, greatest: u64) -> u64 {
    let length = u128::from(n) * u128::from(LONGEST) / u128::from(greatest.max(1));
    let length = u64::try_from(length).unwrap_or(LONGEST);
    if n > 0 { length.max(4) } else { 0 }
}
