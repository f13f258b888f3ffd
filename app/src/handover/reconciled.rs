//! The reconciliation of a batch: plan, roster, every level, the registry.

use frame::{Col, Table, Tone};
use maud::{Markup, html};

use super::Batch;
use super::agreement::differences;
use super::counts::Counts;
use crate::codes::name_of;
use crate::registry::codes::STATUSES;

/// What the enterprise planned, what came, what each level received: the same, or told.
#[must_use]
pub fn reconciled(batch: &Batch, counts: &Counts, registered: &[(String, i64)]) -> Markup {
    let all = counts.all() - counts.of("withdrawn");
    let passed = all - counts.of("listed") - counts.of("returned");
    let at_street = counts.of("at_street") + counts.of("to_station") + counts.of("accepted");
    let levels = [
        ("移交单位计划", batch.plan_people),
        ("名册（减去不移交的）", all),
        ("本机构审核通过", passed),
        ("街道签收", at_street),
        ("社区接收", counts.of("accepted")),
        ("人员库登记", registered.iter().map(|(_, n)| n).sum()),
    ];
    let row = |(name, n): &(&str, i64)| {
        let short = all - n;
        let says = match short {
            0 => frame::tag(Tone::Good, "一致"),
            _ if short > 0 => frame::tag(Tone::Warn, &format!("少 {}", frame::count(short))),
            _ => frame::tag(Tone::Warn, &format!("多 {}", frame::count(-short))),
        };
        vec![frame::text(name), frame::text(frame::count(*n)), says]
    };
    let columns = vec![Col::head("环节"), Col::number("人数"), Col::text("与名册相比")];
    let differing = differences(batch, counts);
    html! {
        h2 { "对账" }
        (frame::table(Table::new("逐级对账", columns).rows(levels.iter().map(row).collect())))
        @if !registered.is_empty() {
            p {
                "人员库登记的人中，"
                @for (at, (status, n)) in registered.iter().enumerate() {
                    @if at > 0 { "、" }
                    (name_of(STATUSES, status)) (frame::count(*n)) "人"
                }
                "。"
            }
        }
        @if !differing.is_empty() {
            ul { @for says in &differing { li { (says) } } }
        }
    }
}
