//! What changed about a retiree: who changed which field from what to what, when, from what source.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, q};

use super::NewPerson;

/// Fields whose changes are kept, with their names.
pub const FIELDS: &[(&str, &str)] = &[
    ("name", "姓名"),
    ("id_kind", "证件类型"),
    ("id_number", "证件号码"),
    ("born_on", "出生日期"),
    ("archive_born_on", "档案出生日期"),
    ("sex", "性别"),
    ("ethnic", "民族"),
    ("political", "政治面貌"),
    ("education", "文化程度"),
    ("marital", "婚姻状况"),
    ("phone", "联系电话"),
    ("phone2", "其他电话"),
    ("hukou_address", "户籍地址"),
    ("address", "居住地址"),
    ("away", "居住地"),
    ("away_place", "异地居住地点"),
    ("enterprise", "原工作单位编号"),
    ("enterprise_name", "原工作单位"),
    ("retirement_kind", "退休类别"),
    ("retired_on", "退休日期"),
    ("pension_fen", "养老金月额"),
    ("pension_from", "养老金开始发放日期"),
    ("insurance_no", "社会保障号码"),
    ("management", "管理方式"),
    ("extra", "其他栏目"),
    ("status", "状态"),
    ("station", "所属社区"),
    ("mark", "特殊群体标记"),
    ("relative", "亲属"),
];

/// One field before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: &'static str,
    pub before: String,
    pub after: String,
}

/// A change that was kept, opened. Whoever shows it masks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: i64,
    /// UTC, ISO 8601.
    pub at: String,
    pub who: String,
    pub source: String,
    pub field: String,
    pub before: String,
    pub after: String,
}

/// At most `n` changes of a person, the latest first, older than the change `before`.
///
/// # Errors
/// Whatever the engine says.
pub async fn changes(
    reader: &mut impl Reader,
    person: i64,
    (before, n): (Option<i64>, i64),
) -> Result<Vec<Change>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, at, who, source, field, before, after FROM changes
             WHERE person = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            person,
            before.unwrap_or(i64::MAX),
            n
        ))
        .await?;
    rows.iter().map(|row| change(row, reader.keys())).collect()
}

fn change(row: &kernel::Row, keys: &kernel::vault::Vault) -> Result<Change, DbError> {
    Ok(Change {
        id: row.get(0)?,
        at: row.get(1)?,
        who: row.get(2)?,
        source: row.get(3)?,
        field: row.get(4)?,
        before: keys.open("changes.before", &row.get::<Vec<u8>>(5)?)?,
        after: keys.open("changes.after", &row.get::<Vec<u8>>(6)?)?,
    })
}

/// What an act changed of a person, the first change first.
///
/// # Errors
/// Whatever the engine says.
pub async fn changes_of_act(
    reader: &mut impl Reader,
    person: i64,
    act: i64,
) -> Result<Vec<Change>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, at, who, source, field, before, after FROM changes
             WHERE person = $1 AND act = $2 ORDER BY id LIMIT 100",
            person,
            act
        ))
        .await?;
    rows.iter().map(|row| change(row, reader.keys())).collect()
}

/// Puts a field back to what a change says it was. Fields that stand elsewhere are left alone.
pub fn put_back(fields: &mut NewPerson, field: &str, before: &str) {
    let day = before.parse().ok();
    let text = match field {
        "name" => &mut fields.name,
        "id_kind" => &mut fields.id_kind,
        "id_number" => &mut fields.id_number,
        "sex" => &mut fields.sex,
        "ethnic" => &mut fields.ethnic,
        "political" => &mut fields.political,
        "education" => &mut fields.education,
        "marital" => &mut fields.marital,
        "phone" => &mut fields.phone,
        "phone2" => &mut fields.phone2,
        "hukou_address" => &mut fields.hukou_address,
        "address" => &mut fields.address,
        "away" => &mut fields.away,
        "away_place" => &mut fields.away_place,
        "enterprise_name" => &mut fields.enterprise_name,
        "retirement_kind" => &mut fields.retirement_kind,
        "insurance_no" => &mut fields.insurance_no,
        "management" => &mut fields.management,
        "extra" => &mut fields.extra,
        "born_on" => return fields.born_on = day,
        "archive_born_on" => return fields.archive_born_on = day,
        "retired_on" => return fields.retired_on = day,
        "pension_from" => return fields.pension_from = day,
        "enterprise" => return fields.enterprise = before.parse().ok(),
        "pension_fen" => return fields.pension_fen = before.parse().ok(),
        _ => return,
    };
    before.clone_into(text);
}

/// Which fields differ, before and after.
#[must_use]
pub fn differences(before: &NewPerson, after: &NewPerson) -> Vec<Difference> {
    let pairs = texts(before).into_iter().zip(texts(after));
    pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| Difference { field, before, after })
        .collect()
}

/// Every field that is kept in the history, as text.
fn texts(fields: &NewPerson) -> [(&'static str, String); 25] {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let number = |number: Option<i64>| number.map_or_else(String::new, |n| n.to_string());
    [
        ("name", fields.name.clone()),
        ("id_kind", fields.id_kind.clone()),
        ("id_number", fields.id_number.clone()),
        ("born_on", day(fields.born_on)),
        ("archive_born_on", day(fields.archive_born_on)),
        ("sex", fields.sex.clone()),
        ("ethnic", fields.ethnic.clone()),
        ("political", fields.political.clone()),
        ("education", fields.education.clone()),
        ("marital", fields.marital.clone()),
        ("phone", fields.phone.clone()),
        ("phone2", fields.phone2.clone()),
        ("hukou_address", fields.hukou_address.clone()),
        ("address", fields.address.clone()),
        ("away", fields.away.clone()),
        ("away_place", fields.away_place.clone()),
        ("enterprise", number(fields.enterprise)),
        ("enterprise_name", fields.enterprise_name.clone()),
        ("retirement_kind", fields.retirement_kind.clone()),
        ("retired_on", day(fields.retired_on)),
        ("pension_fen", number(fields.pension_fen)),
        ("pension_from", day(fields.pension_from)),
        ("insurance_no", fields.insurance_no.clone()),
        ("management", fields.management.clone()),
        ("extra", fields.extra.clone()),
    ]
}

/// Keeps who changed which field from what to what, when, from what source, under which act.
///
/// # Errors
/// Whatever the engine says.
pub async fn keep_history(
    act: &mut Act,
    person: i64,
    source: &str,
    differences: &[Difference],
) -> Result<(), DbError> {
    let mut queries = Vec::with_capacity(differences.len());
    for difference in differences {
        let keys = act.vault();
        queries.push(q!(
            "INSERT INTO changes (id, person, act, at, who, source, field, before, after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            act.new_id()?,
            person,
            act.id(),
            act.at(),
            act.permit().who(),
            source,
            difference.field,
            keys.seal("changes.before", &difference.before)?,
            keys.seal("changes.after", &difference.after)?
        ));
    }
    act.put(queries).await
}
