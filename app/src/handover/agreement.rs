//! 协议书和办结：签订、续签、终止；人人有着落、差异都有说法，批次才办结。

use jiff::civil::Date;
use kernel::{Actor, Problem};
use serde_json::json;

use super::counts::{self, Counts};
use super::{Batch, Caller, own, path, store, wrong};
use crate::deeds;
use crate::web::Shared;

/// An agreement as it was signed, renewed or ended.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct AgreementIn {
    /// The number of the agreement.
    pub no: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Set when it was ended before its time.
    #[schema(value_type = Option<String>, format = Date)]
    pub ended_on: Option<Date>,
    /// Copies, and where they are kept.
    pub note: String,
}

/// Notes that the agreement was signed, renewed or ended.
///
/// # Errors
/// Field problems; [`Problem::Stale`] when somebody was faster.
pub async fn agree(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    new: &AgreementIn,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::HANDOVER_REVIEW)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let batch = own(&mut act, actor, id).await?;
    let mut errors = Vec::new();
    if !(1..=40).contains(&new.no.chars().count()) {
        wrong(&mut errors, "no", "请填写协议书编号，最多 40 个字");
    }
    if new.on.is_none_or(|on| on > act.day() || on < batch.opened_on.saturating_sub(year())) {
        wrong(&mut errors, "on", "签订日期不能晚于今天，也不会早于开批次前一年");
    }
    if new.until.is_some_and(|until| Some(until) <= new.on) {
        wrong(&mut errors, "until", "到期日应晚于签订日期");
    }
    if new.ended_on.is_some_and(|on| on > act.day() || Some(on) < new.on) {
        wrong(&mut errors, "ended_on", "终止日期应在签订之后、不晚于今天");
    }
    if new.note.chars().count() > 200 {
        wrong(&mut errors, "note", "最多 200 个字");
    }
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    let days = [new.on, new.until, new.ended_on];
    if !store::agree(&mut act, (id, version), (&new.no, &new.note), days).await? {
        return Err(Problem::Stale);
    }
    let outcome = caller.outcome(&format!("{}?saved=agreement", path(id)), &json!({"id": id}));
    let detail = format!("登记协议书{}", new.no);
    act.commit_noting(&format!("handover/{id}"), &outcome, &detail).await
}

fn year() -> jiff::Span {
    jiff::Span::new().years(1)
}

/// What differs between what was planned and what came, in words, and who is on the way still.
#[must_use]
pub fn differences(batch: &Batch, counts: &Counts) -> Vec<String> {
    let pairs = [
        ("人数", batch.plan_people, counts.all()),
        ("党员", batch.plan_party, counts.party),
        ("档案", batch.plan_files, counts.files),
        ("档案页数", batch.plan_pages, counts.pages),
    ];
    let differing = pairs.iter().filter(|(_, plan, came)| plan != came);
    let mut all: Vec<String> =
        differing.map(|(what, plan, came)| format!("{what}：计划 {plan}，实有 {came}")).collect();
    let withdrawn = counts.of("withdrawn");
    if withdrawn > 0 {
        all.push(format!("不移交 {withdrawn} 人，原因见名单"));
    }
    all
}

/// Closes a batch: everybody is with a station or was left out with a reason, and differences
/// are settled.
///
/// # Errors
/// A refusal when somebody is on the way still; a field problem when differences are not settled.
pub async fn close(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    settlement: &str,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::HANDOVER_REVIEW)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let batch = own(&mut act, actor, id).await?;
    let counts = counts::of_batch(&mut act, id).await?;
    let done = counts.of("accepted") + counts.of("withdrawn");
    if counts.all() == 0 || done < counts.all() {
        let says = match counts.all() {
            0 => "这个批次还没有人，不能办结".to_owned(),
            all => format!("还有 {} 人没有交到社区，不能办结", all - done),
        };
        return Err(Problem::refused("not-done", says));
    }
    let n = settlement.chars().count();
    if n > 500 || (n < 2 && !differences(&batch, &counts).is_empty()) {
        let says = "计划与实际有出入，请写明怎样处理的，2 至 500 个字";
        return Err(Problem::field("settlement", says));
    }
    if !store::close(&mut act, (id, version), settlement).await? {
        return Err(Problem::Stale);
    }
    let outcome = caller.outcome(&format!("{}?saved=closed", path(id)), &json!({"id": id}));
    act.commit_noting(&format!("handover/{id}"), &outcome, "移交批次办结").await
}
