//! The pages beside the list: how a station is reached, a card that was lost, one that is held in
//! the hand.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{FieldError, Input, Tone, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::store::{self, Contact};
use super::{Caller, keep_contact, lose, path, station};
use crate::labels;
use crate::orgs::Org;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub(super) fn scan_form(typed: &str, errors: &[FieldError]) -> Markup {
    let field = Input::new("no", "按卡号查找").value(typed).errors(errors);
    let field = field.hint("输入卡上的号码，或用扫码枪扫卡");
    html! {
        form.filters method="get" action="/cards/scan" {
            (text_field(field))
            (submit("查找"))
        }
    }
}

/// Leads from a card that is held in the hand to the retiree, or says why it is not valid.
pub async fn scan(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    let typed = asked.get("no");
    let found = match labels::read(typed) {
        Ok(number) => store::by_number(&mut app.db.clone(), &actor.scope(), &number).await?,
        Err(why) => {
            let says = why.says("卡号", "印在联系卡右上角");
            let errors =
                if typed.is_empty() { Vec::new() } else { vec![FieldError::new("no", says)] };
            let body = scan_form(typed, &errors);
            let shell = page(&app, &actor, "按卡号查找", body).crumb("联系卡", "/cards");
            return Ok(shell.errors(errors).render().into_response());
        }
    };
    let body = match found {
        Some(card) if matches!(card.state.as_str(), "printed" | "issued") => {
            return Ok(Redirect::to(&format!("/people/{}", card.person)).into_response());
        }
        Some(card) => {
            let why = if card.state == "lost" { "已挂失" } else { "已换新卡" };
            html! {
                (frame::notice(Tone::Warn, &format!(
                    "这张卡{why}，不再有效，请收回"
                )))
                p { "持卡人：" a href={ "/people/" (card.person) } { (card.person_name) } "。"
                    (card.note) }
                (scan_form("", &[]))
            }
        }
        None => html! {
            (frame::notice(Tone::Info, "本辖区没有这个卡号，请核对号码"))
            (scan_form(typed, &[]))
        },
    };
    let shell = page(&app, &actor, "按卡号查找", body).crumb("联系卡", "/cards");
    Ok(shell.render().into_response())
}

pub async fn contact_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let station = station(&mut db, &actor, asked.get("org")).await?;
    let known = store::contact(&mut db, &station.code).await?;
    Ok(contact_page(&app, &actor, (&station, &known), Vec::new()))
}

fn contact_page(
    app: &Shared,
    actor: &Actor,
    (station, known): (&Org, &Contact),
    errors: Vec<FieldError>,
) -> Markup {
    let field = |name, label, value| Input::new(name, label).value(value).errors(&errors);
    let form = html! {
        (frame::hidden("org", &station.code))
        (frame::hidden("version", &known.version.to_string()))
        (text_field(field("phone", "社区站电话", &known.phone).hint("老人有事打这个电话，印得最大")))
        (text_field(field("address", "社区站地址", &known.address).optional()
            .hint("最多 40 个字")))
        (text_field(field("hours", "接待时间", &known.hours).optional()
            .hint("例如：周一至周五 8:30—17:00")))
        (text_field(field("coordinator", "协理员", &known.coordinator).optional()))
        (text_field(field("street_phone", "街道中心电话", &known.street_phone).optional()))
        (submit("保存"))
    };
    let body = html! {
        @if known.version > 0 {
            p { "保存以后，以前印的卡就过时了，会列在“要换新卡”里。" }
        }
        (form_post("/cards/contact", &csrf(app, actor.session), &new_key(), form))
    };
    page(app, actor, "卡上的联系方式", body)
        .crumb("联系卡", path(&station.code))
        .errors(errors)
        .render()
}

pub async fn save_contact(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let code = fields.get("org").to_owned();
    let new = Contact {
        phone: fields.get("phone").to_owned(),
        address: fields.get("address").to_owned(),
        hours: fields.get("hours").to_owned(),
        coordinator: fields.get("coordinator").to_owned(),
        street_phone: fields.get("street_phone").to_owned(),
        changed_on: String::new(),
        version: fields.number("version").unwrap_or(0),
    };
    match keep_contact(&app, &actor, (&code, &new), Caller::Page).await {
        Ok(()) => Ok(Redirect::to(&format!("{}&saved=1", path(&code))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let station = station(&mut app.db.clone(), &actor, &code).await?;
            let page = contact_page(&app, &actor, (&station, &new), shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn lost_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    lost_page(&app, &actor, (id, ""), Vec::new()).await
}

async fn lost_page(
    app: &Shared,
    actor: &Actor,
    (id, why): (i64, &str),
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let card = store::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let card = card.ok_or(Problem::NotFound)?;
    let reason = Input::new("reason", "怎样丢失或损坏").value(why).errors(&errors);
    let form = html! {
        (frame::hidden("version", &card.version.to_string()))
        (text_field(reason.hint("例如：本人说在菜场丢失")))
        (frame::danger_submit("挂失这张卡"))
    };
    let body = html! {
        (frame::facts_list(&[
            ("姓名", html! { a href={ "/people/" (card.person) } { (card.person_name) } }),
            ("卡号", frame::text(labels::grouped(&card.number))),
        ]))
        p { "挂失以后这张卡不再有效，可以为本人另印一张。" }
        (form_post(&format!("/cards/{id}/lost"), &csrf(app, actor.session), &new_key(), form))
    };
    let shell = page(app, actor, "联系卡挂失", body).crumb("联系卡", path(&card.person_org));
    Ok(shell.errors(errors).render())
}

pub async fn lost(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (version, why) = (fields.number("version").unwrap_or(0), fields.get("reason"));
    match lose(&app, &actor, (id, version, why), Caller::Page).await {
        Ok(card) => Ok(Redirect::to(&format!("{}&lost=1", path(&card.person_org))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = lost_page(&app, &actor, (id, why), shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}
