//! The members of a group on A4.

use axum::extract::{Path, State};
use frame::{Col, PrintSheet, Table};
use kernel::Problem;
use maud::{Markup, html};

use super::store::{self, Member};
use super::{find, leader_word, path};
use crate::web::{Me, Shared, on_paper};

/// Members on one roll.
const N_ROWS: i64 = 500;

pub async fn roll(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let group = find(&mut db, &actor, id).await?;
    let members = store::members(&mut db, id, (0, N_ROWS)).await?;
    let row = |(_, member): &(i64, Member)| {
        vec![
            frame::text(&member.name),
            frame::time(&member.joined_on.to_string()),
            html! {},
            html! {},
        ]
    };
    let columns =
        vec![Col::head("姓名"), Col::day("加入日期"), Col::text("签到"), Col::text("备注")];
    let table = Table::new("成员", columns)
        .rows(members.iter().map(row).collect())
        .numbered_from(1)
        .empty("还没有成员");
    let body = html! {
        p { (leader_word(&group.kind)) "：" (group.leader_name) "　活动地点：" (group.place) }
        (frame::table(table))
    };
    let back = path(id);
    let title = format!("{}成员名册", group.name);
    let sheet = PrintSheet::new(&title, &actor.org_name, body).back(&back);
    Ok(on_paper(&app, sheet))
}
