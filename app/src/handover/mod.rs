//! 交接：单位一批一批移交退休人员，逐人审核、签协议，逐级移交到街道、社区，每一级有移交单和回执。
//!
//! Owns: `handover_batches`, `handover_people`, `handover_slips`.
//! Uses: `archives`, `orgs`, `people`, `policies`, `registry`.

pub mod agreement;
pub mod api;
pub mod api_acts;
pub mod batch_pages;
pub mod counts;
pub mod desk_pages;
pub mod findings;
pub mod ledger;
pub mod pages;
pub mod passing;
pub mod people_pages;
pub mod print;
pub mod recode;
mod reconciled;
pub mod review;
pub mod rows;
pub mod slip_pages;
pub mod store;

use jiff::civil::Date;
use kernel::{Act, Actor, FieldError, Problem, Reader, q};
use serde_json::json;

use crate::deeds;
use crate::policies::Laws;
pub use crate::web::Caller;
use crate::web::Shared;

/// Codes and names of where somebody is on the way, in its order.
pub const STATES: &[(&str, &str)] = &[
    ("listed", "待审核"),
    ("returned", "退回补正"),
    ("withdrawn", "不移交"),
    ("passed", "审核通过"),
    ("to_street", "待街道签收"),
    ("at_street", "街道已签收"),
    ("to_station", "待社区接收"),
    ("accepted", "社区已接收"),
];

/// Who hands people over.
pub const HANDERS: &[(&str, &str)] = &[
    ("enterprise", "企业"),
    ("department", "主管部门"),
    ("trustee", "破产管理人或托管单位"),
    ("person", "本人申报"),
];

/// At most so many people are decided on by one form.
pub const MOST: usize = 200;

/// A batch that is being handed over.
#[derive(Clone, Debug)]
pub struct Batch {
    pub id: i64,
    /// Division code of the body that receives it.
    pub org: String,
    pub number: String,
    pub enterprise: Option<i64>,
    pub enterprise_name: String,
    /// See [`HANDERS`].
    pub handed_by: String,
    pub hander_name: String,
    pub contact: String,
    pub plan_people: i64,
    pub plan_party: i64,
    pub plan_files: i64,
    pub plan_pages: i64,
    pub expected_on: Option<Date>,
    pub opened_on: Date,
    pub note: String,
    /// `open` or `closed`.
    pub state: String,
    /// How differences were settled, said when it was closed.
    pub settlement: String,
    pub closed_on: Option<Date>,
    pub agreement_no: String,
    pub agreement_on: Option<Date>,
    pub agreement_until: Option<Date>,
    pub agreement_ended_on: Option<Date>,
    pub agreement_note: String,
    pub version: i64,
}

/// A batch to be opened.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewBatch {
    /// Number in the directory; found by the name when it is there once.
    #[serde(skip)]
    pub enterprise: Option<i64>,
    pub enterprise_name: String,
    /// `enterprise`, `department`, `trustee` or `person`.
    pub handed_by: String,
    /// Who hands over when it is not the enterprise itself.
    pub hander_name: String,
    pub contact: String,
    pub plan_people: i64,
    pub plan_party: i64,
    pub plan_files: i64,
    pub plan_pages: i64,
    #[schema(value_type = Option<String>, format = Date)]
    pub expected_on: Option<Date>,
    pub note: String,
}

/// A slip with which people go from one level to the next.
#[derive(Clone, Debug)]
pub struct Slip {
    pub id: i64,
    pub batch: i64,
    pub number: String,
    pub from_org: String,
    pub to_org: String,
    pub n: i64,
    pub n_taken: i64,
    pub n_back: i64,
    /// `sent` or `answered`.
    pub state: String,
    pub sent_on: Date,
    pub sent_by: String,
    pub due_on: Date,
    pub answered_on: Option<Date>,
    pub answered_by: String,
    pub version: i64,
    pub batch_number: String,
    pub enterprise_name: String,
    pub to_name: String,
    pub from_name: String,
}

impl Batch {
    /// Whether somebody sees the whole of it, not only whom it sent to them.
    #[must_use]
    pub fn is_own(&self, actor: &Actor) -> bool {
        actor.scope().covers(&self.org)
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

/// The page of a batch.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/handovers/{id}")
}

/// The batch with this number that the actor may see, wholly or in part.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<Batch, Problem> {
    store::find(reader, &actor.scope(), id).await?.ok_or(Problem::NotFound)
}

/// The batch with this number of a body in the actor's jurisdiction.
///
/// # Errors
/// As [`find`].
pub async fn own(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<Batch, Problem> {
    let batch = find(reader, actor, id).await?;
    if batch.is_own(actor) { Ok(batch) } else { Err(Problem::NotFound) }
}

/// The last day on which a level is to be done with what it received on a day.
///
/// # Errors
/// A refusal when the day is one without law.
pub fn due(laws: &Laws, org: &str, on: Date) -> Result<Date, Problem> {
    laws.last_working_day(org, ("handover.working_days", on))
}

fn wrong(errors: &mut Vec<FieldError>, field: &str, message: impl Into<String>) {
    errors.push(FieldError { field: field.to_owned(), message: message.into() });
}

fn check(new: &NewBatch, today: Date) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if new.enterprise_name.chars().count() < 2 {
        wrong(&mut errors, "enterprise_name", "请填写移交单位的全称");
    }
    if !HANDERS.iter().any(|(code, _)| *code == new.handed_by) {
        wrong(&mut errors, "handed_by", "请选择由谁移交");
    }
    if matches!(new.handed_by.as_str(), "department" | "trustee") && new.hander_name.is_empty() {
        wrong(&mut errors, "hander_name", "请填写办理移交的主管部门或管理人的名称");
    }
    if !(1..=1_000_000).contains(&new.plan_people) {
        wrong(&mut errors, "plan_people", "请填写计划移交的人数");
    }
    let parts = [
        ("plan_party", new.plan_party, new.plan_people, "党员人数不能多于移交人数"),
        ("plan_files", new.plan_files, 10_000_000, "档案册数有误，请核对"),
        ("plan_pages", new.plan_pages, 1_000_000_000, "档案页数有误，请核对"),
    ];
    for (field, n, most, says) in parts {
        if n < 0 || n > most {
            wrong(&mut errors, field, says);
        }
    }
    if new.expected_on.is_some_and(|on| on.year() < 2000 || on.year() > today.year() + 5) {
        wrong(&mut errors, "expected_on", "预计移交日期有误，请核对");
    }
    let texts = [
        ("enterprise_name", &new.enterprise_name, 100),
        ("hander_name", &new.hander_name, 100),
        ("contact", &new.contact, 60),
        ("note", &new.note, 300),
    ];
    for (field, text, most) in texts {
        if text.chars().count() > most || text.chars().any(char::is_control) {
            wrong(&mut errors, field, format!("最多 {most} 个字，不要有特殊字符"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

/// Opens a batch at the actor's own body.
///
/// # Errors
/// Field problems; [`Problem::Stale`] when another was opened at the same moment.
pub async fn open(
    app: &Shared,
    actor: &Actor,
    mut new: NewBatch,
    caller: Caller,
) -> Result<Batch, Problem> {
    let permit = actor.permit(deeds::HANDOVER_REVIEW)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    check(&new, act.day())?;
    let named = q!(
        "SELECT id FROM enterprises WHERE name = $1 AND closed_on IS NULL ORDER BY id LIMIT 2",
        &new.enterprise_name
    );
    if let [one] = &act.ask(named).await?[..] {
        new.enterprise = Some(one.get(0)?);
    }
    let year = act.day().year();
    let n = store::opened_in(&mut act, &actor.org, year).await? + 1;
    let (id, number) = (act.new_id()?, format!("{}-{year}-{n:03}", actor.org));
    let at = (id, actor.org.as_str(), number.as_str());
    store::insert(&mut act, at, &new).await.map_err(|cause| Problem::from(cause).or_stale())?;
    let told = json!({"id": id, "number": number, "version": 1});
    let outcome = caller.outcome(&path(id), &told);
    let detail = format!("开移交批次{number}：{}", new.enterprise_name);
    act.commit_noting(&format!("handover/{id}"), &outcome, &detail)
        .await
        .map_err(Problem::or_stale)?;
    find(&mut app.db.clone(), actor, id).await
}

/// Takes hold of a batch of the actor's for the rest of an act.
///
/// # Errors
/// [`Problem::NotFound`] outside; a refusal when it is closed.
pub(crate) async fn held(act: &mut Act, actor: &Actor, id: i64) -> Result<Batch, Problem> {
    let batch = find(act, actor, id).await?;
    if !store::hold(act, id).await? {
        return Err(Problem::refused("closed", "这个批次已经办结，不能再改"));
    }
    Ok(batch)
}
