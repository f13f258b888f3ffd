//! Posts and their deeds as one table.

use axum::extract::State;
use frame::{Col, Table};
use maud::{Markup, html};

use crate::accounts::deeds;
use crate::accounts::posts::POSTS;
use crate::codes;
use crate::web::{Me, Shared, page};

pub async fn table(State(app): State<Shared>, Me(actor): Me) -> Markup {
    let mut columns = vec![Col::head("能办的事")];
    columns.extend(POSTS.iter().map(|post| Col::text(post.name)));
    let rows = deeds::ALL.iter().map(|deed| {
        let mut row = vec![frame::text(deed.name())];
        row.extend(POSTS.iter().map(|post| {
            html! { @if post.deeds.contains(deed) { "可" } @else { span.unseen { "否" } } }
        }));
        row
    });
    let levels = POSTS.iter().map(|post| {
        let names: Vec<&str> = post.levels.iter().map(|level| codes::level_name(level)).collect();
        let kinds: Vec<&str> =
            post.kinds.iter().map(|kind| codes::name_of(codes::ORG_KINDS, kind)).collect();
        vec![frame::text(post.name), frame::text(names.join("、")), frame::text(kinds.join("、"))]
    });
    let where_columns = vec![Col::head("岗位"), Col::text("层级"), Col::text("机构类型")];
    let body = html! {
        p { "系统管理、安全管理、审计三种权力分属不同账号，都不能查看退休人员信息。" }
        (frame::table(Table::new("各岗位能办的事", columns).rows(rows.collect())))
        (frame::table(Table::new("岗位设在哪里", where_columns).rows(levels.collect())))
    };
    page(&app, &actor, "岗位权限", body).render()
}
