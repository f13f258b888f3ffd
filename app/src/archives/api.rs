//! Files for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use kernel::Problem;
use serde_json::{Value, json};

use super::slips::{self, Slip};
use super::store::{self, File, Which};
use super::{Caller, Deal, NewFile, deal, find, materials, take_in};
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

fn told(file: &File) -> Value {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    json!({
        "id": file.id, "number": file.number, "person": file.person, "name": file.person_name,
        "holder": file.holder, "holder_name": file.holder_name, "state": file.state,
        "box": file.box_, "volumes": file.volumes, "pages": file.pages, "slip": file.slip,
        "borrower": file.borrower, "due_on": day(file.due_on),
        "arrived_on": file.arrived_on.to_string(), "seen_on": day(file.seen_on),
        "note": file.note, "version": file.version,
    })
}

#[utoipa::path(get, path = "/api/v1/archives", tag = "archives", params(
    ("org" = Option<String>, Query, description = "保管机构的区划代码，不填为本机构"),
    ("state" = Option<String>, Query), ("box" = Option<String>, Query),
    ("whose" = Option<String>, Query, description = "away：人已转到别处的"),
    ("number" = Option<String>, Query, description = "档案号，只要这一份"),
    ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, description = "一个机构保管的人事档案，按盒号"), (status = 404)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    if !asked.get("number").is_empty() {
        let known = store::by_number(&mut db, &actor.scope(), asked.get("number")).await?;
        let items: Vec<Value> = known.iter().map(told).collect();
        return Ok(Json(json!({"items": items, "after": null})));
    }
    let org = if asked.get("org").is_empty() { &actor.org } else { asked.get("org") };
    if !actor.scope().covers(org) {
        return Err(Problem::NotFound);
    }
    let (in_box, id) = asked.get("after").rsplit_once('/').unwrap_or_default();
    let (n, id) = (asked.limit(), id.parse().unwrap_or(0));
    let (state, wanted) = (asked.get("state"), asked.get("box"));
    let whose = if asked.get("whose") == "away" { "away" } else { "" };
    let which = Which { holder: org, state, in_box: wanted, whose, ..Which::default() };
    let files = store::page(&mut db, which, ((in_box, id), n)).await?;
    let full = i64::try_from(files.len()).unwrap_or(0) == n;
    let last = files.last().filter(|_| full);
    let after = last.map(|file| format!("{}/{}", file.box_, file.id));
    let items: Vec<Value> = files.iter().map(told).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

#[utoipa::path(get, path = "/api/v1/archives/{id}", tag = "archives",
    params(("id" = i64, Path)),
    responses((status = 200, description = "一份档案、目录和经过"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let file = find(&mut db, &actor, id).await?;
    let events = store::events(&mut db, id).await?;
    let events = events.iter().map(|event| {
        json!({"kind": event.kind, "on": event.on.to_string(), "who": event.who,
            "body": event.body, "detail": event.detail})
    });
    let mut shown = told(&file);
    shown["events"] = events.collect();
    shown["materials"] = json!(materials::of(&mut db, id).await?);
    Ok(Json(shown))
}

#[utoipa::path(post, path = "/api/v1/archives", tag = "archives", request_body = NewFile,
    responses((status = 200, description = "已入库"), (status = 404),
        (status = 409, description = "已经登记过（filed）"), (status = 422)))]
pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<NewFile>,
) -> Result<Json<Value>, Problem> {
    let id = take_in(&app, &actor, &sent, Caller::Api).await?;
    Ok(Json(json!({"id": id, "number": crate::labels::of(id), "version": 1})))
}

/// What is done to a file; which fields count depends on the action.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct DealIn {
    /// `correct`, `lend`, `return`, `find`, `miss` or `release`.
    pub action: String,
    #[serde(rename = "box")]
    pub in_box: String,
    pub volumes: i64,
    pub pages: Option<i64>,
    pub note: String,
    /// Who borrows it, or where it goes for good.
    pub to: String,
    pub purpose: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    pub document: String,
}

impl DealIn {
    fn read(self) -> Result<Deal, Problem> {
        Ok(match self.action.as_str() {
            "correct" => Deal::Correct {
                in_box: self.in_box,
                volumes: self.volumes,
                pages: self.pages,
                note: self.note,
            },
            "lend" => {
                let due_on =
                    self.due_on.ok_or_else(|| Problem::field("due_on", "请填写应还日期"))?;
                Deal::Lend { to: self.to, purpose: self.purpose, due_on }
            }
            "return" => Deal::Return { note: self.note },
            "find" => Deal::Find { note: self.note },
            "miss" => Deal::Miss { note: self.note },
            "release" => Deal::Release { to: self.to, document: self.document },
            _ => return Err(Problem::field("action", "没有这种办理")),
        })
    }
}

#[utoipa::path(post, path = "/api/v1/archives/{id}", tag = "archives", request_body = DealIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已登记"), (status = 404),
        (status = 409, description = "不在本机构（elsewhere），或现在不能办（not-now）"),
        (status = 412), (status = 422)))]
pub async fn act(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<DealIn>,
) -> Result<Json<Value>, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let Version(version) = version?;
    let now = deal(&app, &actor, (id, version), &sent.read()?, Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": now.state, "version": version + 1})))
}

fn slip_told(slip: &Slip) -> Value {
    json!({
        "id": slip.id, "number": slip.number, "from_org": slip.from_org, "to_org": slip.to_org,
        "n": slip.n, "n_received": slip.n_received, "reason": slip.reason, "state": slip.state,
        "sent_on": slip.sent_on.to_string(), "due_on": slip.due_on.to_string(),
        "answered_on": slip.answered_on.map(|on| on.to_string()), "version": slip.version,
    })
}

#[utoipa::path(get, path = "/api/v1/archives/slips", tag = "archives", params(
    ("way" = Option<String>, Query, description = "in 送来的，out 送出的"),
    ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "本机构的档案移交单，新的在前")))]
pub async fn list_slips(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let n = asked.limit();
    let of = (actor.org.as_str(), asked.get("way") == "out");
    let at = (asked.number("after").unwrap_or(i64::MAX), n);
    let found = slips::page(&mut app.db.clone(), of, at).await?;
    let full = i64::try_from(found.len()).unwrap_or(0) == n;
    let after = found.last().filter(|_| full).map(|slip| slip.id);
    let items: Vec<Value> = found.iter().map(slip_told).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

#[utoipa::path(get, path = "/api/v1/archives/slips/{id}", tag = "archives",
    params(("id" = i64, Path)),
    responses((status = 200, description = "一份移交单和单上的档案"), (status = 404)))]
pub async fn show_slip(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let slip = slips::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let files = super::slip_pages::files(&app, id).await?;
    let mut shown = slip_told(&slip);
    let one = |file: &File| json!({"id": file.id, "number": file.number, "name": file.person_name});
    shown["files"] = files.iter().map(one).collect();
    Ok(Json(shown))
}

/// Files that go to another body.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct SendIn {
    pub files: Vec<i64>,
    /// Division code of the body to which they go.
    pub to: String,
}

#[utoipa::path(post, path = "/api/v1/archives/send", tag = "archives", request_body = SendIn,
    responses((status = 200, description = "开了移交单"), (status = 404),
        (status = 409, description = "不在本机构（elsewhere）"), (status = 412),
        (status = 422)))]
pub async fn send(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<SendIn>,
) -> Result<Json<Value>, Problem> {
    let id = slips::send(&app, &actor, (&sent.files, sent.to.trim()), Caller::Api).await?;
    let slip = slips::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(Json(json!({"id": id, "number": slip.number, "n": slip.n, "version": 1})))
}

/// The receipt of a slip.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ReceiptIn {
    /// Files on it that did not come.
    pub absent: Vec<i64>,
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/archives/slips/{id}/answer", tag = "archives",
    request_body = ReceiptIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已签收；没收到的列为下落不明"), (status = 404),
        (status = 409, description = "不归本机构签收（elsewhere），或签收过了（answered）"),
        (status = 412), (status = 422)))]
pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<ReceiptIn>,
) -> Result<Json<Value>, Problem> {
    slips::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let Version(version) = version?;
    let said = (&sent.absent[..], sent.reason.trim());
    let slip = slips::answer(&app, &actor, (id, version), said, Caller::Api).await?;
    let n = i64::try_from(sent.absent.len()).unwrap_or(0);
    Ok(Json(json!({"id": id, "received": slip.n - n, "absent": n})))
}
