//! The conditions of an export: what each is called, what it says, and whether it says anything.

use jiff::civil::Date;
use kernel::{Actor, Db, FieldError, Problem, q};
use rules::duties::{Level, Rule};
use rules::facts::{Away, Mark, Way};

use super::export_lists::List;
use crate::orgs;
use crate::registry::codes;
use crate::visits::Outcome;
use crate::web::Fields;

/// The conditions in words: what each is called and what it says.
///
/// # Errors
/// Whatever the database says.
pub async fn in_words(
    db: &Db,
    actor: &Actor,
    (list, asked): (List, &Fields),
) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut words = Vec::new();
    let scope = actor.scope().narrowed(asked.get("org"));
    let place = db
        .row(q!(
            "SELECT name FROM orgs WHERE code = $1 AND kind IN ('office', 'center', 'station')
               AND closed_on IS NULL ORDER BY id LIMIT 1",
            scope.from()
        ))
        .await?;
    let place = place.map(|row| row.get(0)).transpose()?;
    words.push(("机构", place.unwrap_or_else(|| actor.org_name.clone())));
    for name in list.conditions() {
        let value = asked.get(name);
        if *name != "org" && !value.is_empty() {
            words.push((title(name), said(list, name, value)));
        }
    }
    Ok(words)
}

fn title(name: &str) -> &'static str {
    match name {
        "status" | "state" => "状态",
        "management" => "管理形式",
        "away" => "居住地",
        "mark" => "特殊群体",
        "age" => "年满（岁）",
        "from" => "从",
        "to" | "until" => "到",
        "way" => "方式",
        "outcome" => "结果",
        "rule" => "事项",
        "owner" => "由谁办",
        "month" => "月份",
        _ => "条件",
    }
}

fn said(list: List, name: &str, value: &str) -> String {
    let known = choices(list, name).into_iter().find(|(code, _)| *code == value);
    known.map_or_else(|| value.to_owned(), |(_, says)| says.to_owned())
}

/// The codes a condition knows, and their words; none where it is a day or a number.
fn choices(list: List, name: &str) -> Vec<(&'static str, &'static str)> {
    match name {
        "status" => [codes::STATUSES, &[("all", "全部")]].concat(),
        "management" => codes::MANAGEMENT.to_vec(),
        "away" => {
            let all = Away::ALL.iter().map(|of| (of.code(), of.name()));
            all.chain([("elsewhere", "不在本地")]).collect()
        }
        "mark" => Mark::ALL.iter().map(|of| (of.code(), of.name())).collect(),
        "way" => Way::ALL.iter().map(|of| (of.code(), of.name())).collect(),
        "outcome" => Outcome::ALL.iter().map(|of| (of.code(), of.name())).collect(),
        "rule" => Rule::ALL.iter().map(|of| (of.id(), of.name())).collect(),
        "owner" => Level::ALL.iter().map(|of| (of.code(), of.name())).collect(),
        "state" => list.states(),
        _ => Vec::new(),
    }
}

/// What is wrong with conditions that nobody looks at before they are used. A page passes over
/// what it does not know and shows more; a command must not take more than it was asked for.
///
/// # Errors
/// Whatever the database says.
pub async fn judge(
    db: &Db,
    actor: &Actor,
    (list, asked): (List, &[(String, String)]),
) -> Result<Vec<FieldError>, Problem> {
    let mut errors = Vec::new();
    for (at, (name, value)) in asked.iter().enumerate() {
        let is_again = asked[..at].iter().any(|(earlier, _)| earlier == name);
        let says = if !list.conditions().contains(&name.as_str()) {
            let known = list.conditions().join("、");
            Some(format!("{}没有“{name}”这个条件，可用的有：{known}", list.name()))
        } else if is_again {
            Some(format!("条件“{name}”写了两次，请只写一次"))
        } else if name == "org" {
            let found = orgs::store::head(&mut db.clone(), value).await?;
            let is_inside = found.is_some() && actor.scope().covers(value);
            (!is_inside).then(|| format!("没有代码为“{value}”的机构，请核对"))
        } else {
            wrong(list, name, value)
        };
        errors.extend(says.map(|message| FieldError { field: name.clone(), message }));
    }
    Ok(errors)
}

fn wrong(list: List, name: &str, value: &str) -> Option<String> {
    let known = choices(list, name);
    let words = match name {
        "from" | "to" | "until" if value.parse::<Date>().is_ok() => return None,
        "from" | "to" | "until" => "请按“2026-11-23”的样式写日期".to_owned(),
        "month" if format!("{value}-01").parse::<Date>().is_ok() => return None,
        "month" => "请按“2026-11”的样式写月份".to_owned(),
        "age" if value.parse().is_ok_and(|age| (1..=150).contains(&age)) => return None,
        "age" => "请写 1 到 150 的数字".to_owned(),
        _ if known.iter().any(|(code, _)| *code == value) => return None,
        _ => {
            let known: Vec<String> =
                known.iter().map(|(code, says)| format!("{code} {says}")).collect();
            format!("可用的有：{}", known.join("、"))
        }
    };
    Some(format!("条件“{name}”不认识“{value}”，{words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_knows_what_it_means() {
        let table = [
            ("state", "held", false),
            ("status", "active", true),
            ("status", "alive", false),
            ("status", "all", true),
            ("away", "elsewhere", true),
            ("mark", "alone", true),
            ("mark", "", false),
            ("age", "80", true),
            ("age", "0", false),
            ("age", "八十", false),
            ("from", "2026-02-28", true),
            ("from", "2026-02-30", false),
            ("month", "2026-05", true),
            ("month", "5", false),
            ("state", "overdue", true),
            ("owner", "station", true),
        ];
        for (name, value, is_known) in table {
            assert_eq!(wrong(List::Duties, name, value).is_none(), is_known, "{name}={value}");
        }
        for list in List::ALL {
            for name in list.conditions() {
                let is_free = ["org", "age", "from", "to", "until", "month"].contains(name);
                assert!(is_free || !choices(*list, name).is_empty(), "{name}");
                assert_ne!(*name == "org", title(name) != "条件", "{name}");
            }
        }
    }
}
