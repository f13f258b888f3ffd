//! The pages on which people of a station are given to another one.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use frame::{Col, FieldError, Pager, Table, form_post, select_kept, submit, table, text};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::split::{self, Wish};
use super::words::{about, back, document, document_field, into_field, led, sure};
use crate::orgs::{Caller, Org};
use crate::registry::placing::{self, Placed};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

/// People of a page.
const N_ROWS: i64 = 100;

pub async fn form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let org = split::giving(&mut app.db.clone(), &actor, id).await?;
    form_page(&app, &actor, &org, (&asked, Vec::new())).await
}

async fn form_page(
    app: &Shared,
    actor: &Actor,
    org: &Org,
    (typed, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let after = typed.number("after").unwrap_or_default();
    let mut reader = app.db.clone();
    let mut people = placing::people(&mut reader, (org.id, &org.code), (after, N_ROWS + 1)).await?;
    let more = crate::orgs::api::cut(&mut people, N_ROWS);
    let at = |after: i64| format!("/orgs/{}/split?after={after}", org.id);
    let pager = Pager {
        first: (after > 0).then(|| at(0)),
        next: people.last().filter(|_| more).map(|last| at(last.id)),
        ..Pager::default()
    };
    let chosen = typed.all("person");
    let message = errors.iter().find(|error| error.field == "person");
    let fields = html! {
        p { "勾选要划出的人员，选择划入的社区站。一页 " (N_ROWS) " 人，分页办理；人员的应办事项和记录随之划转。" }
        (into_field(app, actor, (org, "划入哪个社区站"), (typed.get("into"), &errors)).await?)
        (document_field(typed.get("document"), &errors))
        (frame::hidden("after", &after.to_string()))
        @if let Some(message) = message { p.error { (message.message) } }
        (people_table(&people, Some(&chosen)))
        (submit("查看将要发生的变化"))
    };
    let action = format!("/orgs/{}/split", org.id);
    let body = html! {
        (form_post(&action, &csrf(app, actor.session), &new_key(), fields))
        (frame::pager(pager))
    };
    Ok(about(app, actor, (org, "划出人员"), body).errors(errors).render())
}

/// With boxes where there is something to choose.
fn people_table(people: &[Placed], chosen: Option<&[&str]>) -> Markup {
    let mut columns =
        vec![Col::head("姓名"), Col::day("出生日期"), Col::text("居住地址"), Col::text("状态")];
    if chosen.is_some() {
        columns.insert(0, Col::select("person"));
    }
    let rows = people.iter().map(|one| {
        let id = one.id.to_string();
        let mut row = vec![
            text(&one.name),
            one.born_on.map_or_else(|| text("未填"), |day| frame::time(&day.to_string())),
            text(if one.address.is_empty() { "未填" } else { &one.address }),
            text(match one.status.as_str() {
                "active" => "在管",
                "dead" => "已故",
                _ => "已转出",
            }),
        ];
        if let Some(chosen) = chosen {
            row.insert(0, select_kept("person", &id, &one.name, chosen));
        }
        row
    });
    let table_of = Table::new("人员", columns).rows(rows.collect());
    table(table_of.empty("这个社区站没有人员"))
}

/// Shows who would go, or carries them when that was seen.
pub async fn split(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let org = split::giving(&mut app.db.clone(), &actor, id).await?;
    let done = match fields.get("sure") {
        "" => preview(&app, &actor, &org, &fields).await,
        _ => act(&app, &actor, id, &fields).await,
    };
    match done {
        Err(problem @ Problem::Invalid(_)) => {
            Ok(back(form_page(&app, &actor, &org, (&fields, shown(&problem))).await?))
        }
        other => other,
    }
}

fn people_of(fields: &Fields) -> Vec<i64> {
    fields.all("person").iter().filter_map(|id| id.parse().ok()).collect()
}

async fn act(app: &Shared, actor: &Actor, id: i64, fields: &Fields) -> Result<Response, Problem> {
    let people = people_of(fields);
    let into = fields.number("into").unwrap_or_default();
    let wish = Wish { into, people: &people, document: fields.get("document") };
    Ok(led(&split::split(app, actor, id, wish, Caller::Page).await?))
}

async fn preview(
    app: &Shared,
    actor: &Actor,
    org: &Org,
    fields: &Fields,
) -> Result<Response, Problem> {
    let mut reader = app.db.clone();
    let into = fields.number("into").unwrap_or_default();
    let (from, into) = split::pair(&mut reader, actor, (org.id, into)).await?;
    let people = people_of(fields);
    split::chosen(&people)?;
    document(fields.get("document"))?;
    let after = fields.number("after").unwrap_or_default();
    let all = placing::people(&mut reader, (from.id, &from.code), (after, N_ROWS)).await?;
    let going: Vec<Placed> = all.into_iter().filter(|one| people.contains(&one.id)).collect();
    if going.len() != people.len() {
        return Err(Problem::Stale);
    }
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    let into_id = into.id.to_string();
    let mut typed = vec![("into", &*into_id), ("document", fields.get("document"))];
    typed.extend(ids.iter().map(|id| ("person", id.as_str())));
    let action = (&*format!("/orgs/{}/split", org.id), "确认划转");
    let body = html! {
        p { "以下 " strong { (going.len()) " 人" } "由“" (from.name) "”划入“" (into.name) "”（" (into.code)
            "）。依据：" (fields.get("document")) }
        (people_table(&going, None))
        (sure(app, actor, action, &typed))
        p { a href={ "/orgs/" (org.id) "/split?after=" (after) } { "重新选择" } }
    };
    Ok(about(app, actor, (&from, "核对划转"), body).render().into_response())
}
