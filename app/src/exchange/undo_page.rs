//! The page that asks once more before an import is taken back.

use axum::extract::{Path, State as Given};
use axum::response::Redirect;
use frame::{Tone, danger_submit, form_post};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::pages::{about, head};
use super::store::Import;
use super::{find, path, undo};
use crate::people::Caller;
use crate::web::{Me, Shared, csrf, new_key};

/// The way to taking an import back, as long as it is open.
#[must_use]
pub fn offer(app: &Shared, _: &Actor, import: &Import) -> Markup {
    html! {
        @if undo::is_young(app, import) {
            (frame::toolbar(html! {
                (frame::danger_button_link(&format!("{}/undo", path(import.id)), "撤销这次导入"))
            }))
        }
    }
}

pub async fn form(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let import = find(&app, &actor, id).await?;
    let action = format!("{}/undo", path(id));
    let what = import.kind.what_comes((import.counts.new, import.counts.updated));
    let words = format!("将退回这次导入（{what}）；写入后 24 小时内、且此后没有人改动过，才能撤销");
    let body = html! {
        (head(&actor, &import))
        @if undo::is_young(&app, &import) {
            (frame::notice(Tone::Warn, &words))
            (form_post(&action, &csrf(&app, actor.session), &new_key(),
                danger_submit("确认撤销这次导入")))
        } @else {
            p { "这次导入不能再撤销。个别有误的，请在人员页面更正。" }
        }
        (frame::back_link(&path(id)))
    };
    Ok(about(&app, &actor, &import, body).render())
}

pub async fn take_back(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    undo::undo(&app, &actor, id, Caller::Page).await?;
    Ok(Redirect::to(&path(id)))
}
