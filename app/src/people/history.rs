//! Every change of a retiree: who, when, from what source, from what to what; numbers masked.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use frame::{Col, Pager, Table};
use kernel::clock::on_the_wall;
use kernel::{Db, DbError, Problem, q};
use maud::{Markup, html};
use rules::facts::Away;
use rules::identity::{Mask, mask, mask_telephone};
use rules::money::Fen;

use crate::codes::name_of;
use crate::registry::{self, Change, FIELDS, codes};
use crate::web::fields::Asked;
use crate::web::{Me, Shared, page};

const N_CHANGES: i64 = 50;

const SOURCES: &[(&str, &str)] = &[
    ("people", "页面登记"),
    ("api", "接口"),
    ("visit", "走访"),
    ("import", "导入"),
    ("handover", "移交接收"),
    ("undo", "撤销导入"),
    ("move", "人员转移"),
    ("demo", "演示数据"),
];

/// The Chinese name of a field that is kept in the history.
#[must_use]
pub fn field_name(field: &str) -> &str {
    name_of(FIELDS, field)
}

/// A value of a field as it may be shown: numbers masked, codes in words.
#[must_use]
pub fn words(field: &str, value: &str) -> String {
    if value.is_empty() {
        return "空".to_owned();
    }
    let coded = |table: &'static [codes::Code]| name_of(table, value).to_owned();
    match field {
        "id_number" | "insurance_no" => mask(value, Mask::First3Last4),
        "phone" | "phone2" => mask_telephone(value),
        "id_kind" => coded(codes::ID_KINDS),
        "sex" => coded(codes::SEXES),
        "ethnic" => coded(codes::ETHNIC),
        "political" => coded(codes::POLITICAL),
        "education" => coded(codes::EDUCATION),
        "marital" => coded(codes::MARITAL),
        "retirement_kind" => coded(codes::RETIREMENTS),
        "management" => coded(codes::MANAGEMENT),
        "status" => coded(codes::STATUSES),
        "relative" => registry::relatives::masked(value),
        "away" => {
            Away::from_code(value).map_or_else(|| value.to_owned(), |away| away.name().to_owned())
        }
        "pension_fen" => {
            value.parse().map_or_else(|_| value.to_owned(), |fen| format!("{}元", Fen(fen)))
        }
        "extra" => extra(value),
        _ => value.to_owned(),
    }
}

/// Columns without a place of their own may hold anything; only how many there are is told.
fn extra(value: &str) -> String {
    let columns: Option<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(value).ok();
    columns.map_or_else(|| "其他内容".to_owned(), |columns| format!("{}栏", columns.len()))
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), id).await?;
    let before = asked.number("before");
    let mut changes = registry::changes(&mut db, id, (before, N_CHANGES + 1)).await?;
    let n_shown = usize::try_from(N_CHANGES).unwrap_or(0);
    let more = changes.len() > n_shown;
    changes.truncate(n_shown);
    let names = names(&app.db, &changes).await?;
    let path = format!("/people/{id}/history");
    let pager = Pager {
        first: before.map(|_| path.clone()),
        next: changes.last().filter(|_| more).map(|last| format!("{path}?before={}", last.id)),
        ..Pager::default()
    };
    let body = html! {
        p { "纳入日期：" (frame::time(&person.taken_in_on.to_string()))
            "。每次变更都留有记录，不能修改；号码只显示前三位和后四位。" }
        (table(&changes, &names))
        (frame::pager(pager))
    };
    Ok(page(&app, &actor, "变更记录", body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, format!("/people/{id}"))
        .render())
}

type Names = BTreeMap<(String, String), String>;

/// Names of the stations and enterprises whose numbers stand in the changes.
async fn names(db: &Db, changes: &[Change]) -> Result<Names, DbError> {
    let mut wanted = Vec::new();
    for change in changes {
        for value in [&change.before, &change.after] {
            let Ok(number) = value.parse::<i64>() else { continue };
            let query = match change.field.as_str() {
                "station" => q!("SELECT name FROM orgs WHERE id = $1", number),
                "enterprise" => q!("SELECT name FROM enterprises WHERE id = $1", number),
                _ => continue,
            };
            wanted.push(((change.field.clone(), value.clone()), query));
        }
    }
    let (keys, queries): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
    let answers = db.batch(queries).await?;
    let mut names = Names::new();
    for (key, rows) in keys.into_iter().zip(answers) {
        if let Some(row) = rows.first() {
            names.insert(key, row.get(0)?);
        }
    }
    Ok(names)
}

fn table(changes: &[Change], names: &Names) -> Markup {
    let columns = vec![
        Col::head("栏目"),
        Col::text("变更前"),
        Col::text("变更后"),
        Col::day("时间"),
        Col::text("操作人"),
        Col::text("来源"),
    ];
    let value = |change: &Change, value: &String| {
        let named = names.get(&(change.field.clone(), value.clone()));
        frame::text(named.map_or_else(|| words(&change.field, value), Clone::clone))
    };
    let rows = changes.iter().map(|change| {
        vec![
            frame::text(field_name(&change.field)),
            value(change, &change.before),
            value(change, &change.after),
            frame::text(on_the_wall(&change.at)),
            frame::text(&change.who),
            frame::text(name_of(SOURCES, &change.source)),
        ]
    });
    frame::table(
        Table::new("变更记录", columns)
            .rows(rows.collect())
            .empty("登记以后没有变更过；要变更，请回到人员页面点“变更信息”"),
    )
}
