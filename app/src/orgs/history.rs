//! 沿革：机构和企业何时设立、更名、改码、合并、撤销，由谁经办。

use frame::{Moment, timeline};
use kernel::{Act, DbError, Query, Reader, Row, q};
use maud::{Markup, html};

/// At most so many changes are shown of one organisation.
const N_SHOWN: i64 = 200;

/// Something that happened to an organisation or an enterprise.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Happened {
    /// ISO day.
    pub on: String,
    /// `opened`, `renamed`, `recoded`, `took_over`, `merged`, `split`, `closed`, `credit_code`.
    pub change: String,
    pub before: String,
    pub after: String,
    pub who: String,
}

/// What happened to an organisation or an enterprise, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of(reader: &mut impl Reader, id: i64) -> Result<Vec<Happened>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT h.on_day, h.change, h.before, h.after, COALESCE(a.who, '')
             FROM org_history h LEFT JOIN audit a ON a.id = h.act
             WHERE h.org = $1 ORDER BY h.id DESC LIMIT $2",
            id,
            N_SHOWN
        ))
        .await?;
    let happened = |row: &Row| {
        Ok(Happened {
            on: row.get(0)?,
            change: row.get(1)?,
            before: row.get(2)?,
            after: row.get(3)?,
            who: row.get(4)?,
        })
    };
    rows.iter().map(happened).collect()
}

/// A row of history under the act that is under way.
///
/// # Errors
/// When the act has no more numbers to give.
pub fn happened(
    act: &Act,
    org: i64,
    change: &str,
    (before, after): (&str, &str),
) -> Result<Query, DbError> {
    Ok(q!(
        "INSERT INTO org_history (id, org, act, on_day, change, before, after)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        act.new_id()?,
        org,
        act.id(),
        act.day(),
        change,
        before,
        after
    ))
}

/// What happened, as a line of time.
#[must_use]
pub fn timeline_of(history: &[Happened]) -> Markup {
    let moments: Vec<Moment<'_>> = history
        .iter()
        .map(|happened| Moment {
            on: &happened.on,
            title: change_name(&happened.change),
            tag: None,
            body: html! {
                @if !happened.before.is_empty() && !happened.after.is_empty() {
                    "由“" (happened.before) "”改为“" (happened.after) "”"
                } @else { (happened.before) (happened.after) }
                @if !happened.who.is_empty() { "　经办：" (happened.who) }
            },
        })
        .collect();
    if moments.is_empty() {
        html! { p { "暂无记录" } }
    } else {
        timeline(&moments)
    }
}

fn change_name(change: &str) -> &'static str {
    match change {
        "opened" => "设立",
        "renamed" => "更名",
        "closed" => "撤销",
        "recoded" => "代码变更",
        "merged" => "并入其他机构",
        "took_over" => "接管其他机构的人员",
        "split" => "划出人员",
        "credit_code" => "信用代码变更",
        _ => "变更",
    }
}
