//! What the home page says of last month's reports.

use frame::{Tally, Tone};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::flow::address;
use super::month::last_month;
use super::{due_on, parts, progress, store, tree};
use crate::deeds;
use crate::web::Shared;

/// Last month's report of a station, or how many below have reported; nothing for other posts.
///
/// # Errors
/// Whatever the database says.
pub async fn part(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    if !actor.can(deeds::REPORTS_SEE) {
        return Ok(html! {});
    }
    let mut reader = app.db.clone();
    let (today, laws) = (app.today(), app.laws().await?);
    let month = last_month(today);
    let unit = tree::of_code(&mut reader, &actor.org).await?;
    let report = store::find(&mut reader, unit.id, &month.code).await?;
    if month.last_on < unit.opened_on && report.is_none() {
        return Ok(html! {});
    }
    let due_on = due_on(&laws, &unit, &month)?;
    let own = html! {
        p {
            a href=(address(&unit, &month.code)) { (month.name()) "月报" } "："
            (parts::standing(report.as_ref(), due_on, today))
            " 期限" (frame::time(&due_on.to_string()))
        }
    };
    if unit.is_station() {
        return Ok(html! { h2 { "按月计报" } (own) });
    }
    let below = progress::below(&app.db, &laws, (&unit, &month), today).await?;
    let href = format!("/reports/{}", month.code);
    let late = if below.n_late > 0 { Tone::Bad } else { Tone::Good };
    let tally = |label, n, tone| Tally { label, n, href: href.clone(), tone };
    let tallies = [
        tally("下级应报", below.n_owed, Tone::Plain),
        tally("已上报", below.n_told, Tone::Good),
        tally("待接受", below.n_waiting, Tone::Info),
        tally("逾期未报", below.n_late, late),
    ];
    Ok(html! { h2 { "按月计报" } (own) (frame::tallies(&tallies)) })
}
