//! Exporting a list: an act with its purpose, its recipient and the checksum of what was taken.

use jiff::civil::Date;
use kernel::{Actor, Db, FieldError, Problem, Query, Scope};
use rules::identity::Mask;
use serde_json::json;
use tokio::sync::Semaphore;

use super::export_columns::Column;
use super::export_file::{Format, Head, Made, Writer};
use super::export_lists::{self as lists, List, Part};
use super::export_store as store;
use crate::deeds;
use crate::web::{Fields, Shared};

pub use store::Export;

/// Exports of one account on one day, and those of them with whole numbers.
pub const A_DAY: i64 = 50;
pub const FULL_A_DAY: i64 = 10;

/// Files written at once; others wait.
static ROOM: Semaphore = Semaphore::const_new(2);

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub part: Part,
    pub format: Format,
    pub purpose: String,
    pub recipient: String,
    /// Why whole numbers are needed; asked for those only.
    pub reason: String,
}

/// To whom a repeated request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Page,
    Api,
}

impl Wish {
    /// Reads the form. The columns are the usual ones unless some are chosen.
    ///
    /// # Errors
    /// Field problems for everything that cannot be understood.
    pub fn read(fields: &Fields) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let list = List::from_code(fields.get("list"));
        let format = Format::from_code(fields.get("format"));
        let mask = match fields.get("mask") {
            "" => Some(Mask::First3Last4),
            code => Mask::from_code(code),
        };
        if format.is_none() {
            errors.push(fault("format", "请选择文件格式"));
        }
        if mask.is_none() {
            errors.push(fault("mask", "请选择号码怎样显示"));
        }
        let Some(list) = list else {
            errors.insert(0, fault("list", "请选择要导出的名单：people、visits 或 duties"));
            return Err(Problem::Invalid(errors));
        };
        let columns = chosen(list, &fields.all("columns"), &mut errors);
        let mask = mask.filter(|_| list.has_numbers()).unwrap_or(Mask::First3Last4);
        let wish = Self {
            part: Part { list, columns, conditions: conditions(list, fields), mask },
            format: format.unwrap_or(Format::Xlsx),
            purpose: fields.get("purpose").to_owned(),
            recipient: fields.get("recipient").to_owned(),
            reason: fields.get("reason").to_owned(),
        };
        wish.judge(&mut errors);
        if errors.is_empty() { Ok(wish) } else { Err(Problem::Invalid(errors)) }
    }

    /// What is wrong with the words about it.
    pub(super) fn judge(&self, errors: &mut Vec<FieldError>) {
        let mut texts = vec![
            ("purpose", &self.purpose, "请填写用途，2 至 100 个字"),
            ("recipient", &self.recipient, "请填写接收方，2 至 100 个字"),
        ];
        if self.is_full() {
            texts.push(("reason", &self.reason, "导出完整号码须填写原因，2 至 100 个字"));
        }
        for (field, text, says) in texts {
            if !(2..=100).contains(&text.chars().count()) || text.chars().any(char::is_control) {
                errors.push(fault(field, says));
            } else if text.chars().filter(char::is_ascii_digit).count() > 8 {
                errors.push(fault(field, "这里不要写证件号码或电话"));
            }
        }
    }

    fn is_full(&self) -> bool {
        self.part.mask == Mask::None
    }
}

fn fault(field: &str, says: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: says.to_owned() }
}

fn chosen(list: List, keys: &[&str], errors: &mut Vec<FieldError>) -> Vec<&'static Column> {
    let known = list.columns();
    if keys.iter().any(|key| !known.iter().any(|column| column.key == *key)) {
        errors.push(fault("columns", "有一列不认识，请重新选择"));
    }
    let is_chosen = |column: &&Column| {
        if keys.is_empty() { column.usual } else { keys.contains(&column.key) }
    };
    known.iter().filter(is_chosen).collect()
}

/// The conditions of the page among the fields of the form. Codes, days and numbers only: nothing
/// else can be a condition, so nothing personal comes into the trail.
#[must_use]
pub fn conditions(list: List, fields: &Fields) -> Fields {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let given = list.conditions().iter().map(|name| ((*name).to_owned(), fields.get(name)));
    let given = given.filter(|(_, value)| value.len() <= 40 && value.chars().all(plain));
    Fields(given.map(|(name, value)| (name, value.to_owned())).collect())
}

/// The conditions as they stand in an address.
#[must_use]
pub fn query(conditions: &Fields) -> String {
    let set = conditions.0.iter().filter(|(_, value)| !value.is_empty());
    set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// What is taken: the wish, and what is told of its columns.
pub(super) struct Taken<'a> {
    pub wish: &'a Wish,
    pub columns: String,
    /// What is remembered in the same act.
    pub beside: Vec<Query>,
}

/// Writes the file and leaves a trace of it. Nothing is given out that is not in the trail.
///
/// # Errors
/// Field problems; a refusal when there are too many rows or exports; [`Problem::Repeat`] when the
/// request was answered before: the file is not given twice.
pub async fn export(
    app: &Shared,
    actor: &Actor,
    wish: &Wish,
    caller: Caller,
) -> Result<(Export, Made), Problem> {
    let titles: Vec<&str> = wish.part.columns.iter().map(|column| column.title).collect();
    let taken = Taken { wish, columns: titles.join("、"), beside: Vec::new() };
    let making = async { Ok((file(&app.db, actor, wish, app.today()).await?, ())) };
    let (export, (made, ())) = take(app, actor, taken, caller, making).await?;
    Ok((export, made))
}

/// The act of an export around whatever makes its file.
///
/// # Errors
/// As [`export`].
pub(super) async fn take<T>(
    app: &Shared,
    actor: &Actor,
    taken: Taken<'_>,
    caller: Caller,
    making: impl Future<Output = Result<(Made, T), Problem>>,
) -> Result<(Export, (Made, T)), Problem> {
    let wish = taken.wish;
    let part = &wish.part;
    let full = wish.is_full();
    let permit =
        actor.permit(if full { deeds::PEOPLE_EXPORT_FULL } else { deeds::PEOPLE_EXPORT })?;
    actor.may(part.list.deed())?;
    app.db.not_yet(&permit).await?;
    let today = app.today();
    within_limit(&mut app.db.clone(), actor, today, full).await?;
    let (made, more) = {
        let _room = ROOM.acquire().await.map_err(anyhow::Error::from)?;
        making.await?
    };
    let mut act = app.db.begin(permit, today).await?;
    within_limit(&mut act, actor, today, full).await?;
    let export = Export {
        id: act.new_id()?,
        who: actor.name.clone(),
        org: actor.org.clone(),
        list: part.list.code().to_owned(),
        conditions: query(&part.conditions),
        columns: taken.columns,
        format: wish.format.code().to_owned(),
        mask: if part.list.has_numbers() { part.mask.code() } else { "" }.to_owned(),
        purpose: wish.purpose.clone(),
        recipient: wish.recipient.clone(),
        reason: if full { wish.reason.clone() } else { String::new() },
        n_rows: i64::try_from(made.n_rows).unwrap_or(i64::MAX),
        sha256: made.sha256.clone(),
        on: today,
        at: act.at().to_owned(),
    };
    store::insert(&mut act, &export).await?;
    act.put(taken.beside).await?;
    let outcome = match caller {
        Caller::Page => format!("/exports/{}", export.id),
        Caller::Api => told(&export).to_string(),
    };
    act.commit_noting(&format!("export/{}", export.id), &outcome, &detail(&export)).await?;
    Ok((export, (made, more)))
}

/// What the auditor reads.
fn detail(of: &Export) -> String {
    let mask = Mask::from_code(&of.mask).map_or("", Mask::name);
    format!(
        "{}［{}］{}行；号码：{mask}；用途：{}；接收方：{}；原因：{}；{}",
        of.list, of.conditions, of.n_rows, of.purpose, of.recipient, of.reason, of.sha256
    )
}

/// An export as the API tells it; the file itself is given once.
#[must_use]
pub fn told(of: &Export) -> serde_json::Value {
    json!({
        "id": of.id, "list": of.list, "conditions": of.conditions, "columns": of.columns,
        "format": of.format, "mask": of.mask, "purpose": of.purpose,
        "recipient": of.recipient, "reason": of.reason, "n_rows": of.n_rows,
        "sha256": of.sha256, "on": of.on.to_string(), "at": of.at, "who": of.who, "org": of.org,
    })
}

async fn within_limit(
    reader: &mut impl kernel::Reader,
    actor: &Actor,
    today: Date,
    full: bool,
) -> Result<(), Problem> {
    let (n, n_full) = store::made_on(reader, actor.account, today).await?;
    if n >= A_DAY || full && n_full >= FULL_A_DAY {
        let most = if n >= A_DAY { A_DAY } else { FULL_A_DAY };
        let kind = if n >= A_DAY { "" } else { "完整号码" };
        let sentence = format!("今天已导出{kind} {most} 次，到了上限，请明天再导出");
        return Err(Problem::refused("too-many-exports", sentence));
    }
    Ok(())
}

async fn file(db: &Db, actor: &Actor, wish: &Wish, today: Date) -> Result<Made, Problem> {
    let part = &wish.part;
    let head = Head {
        title: part.list.name().to_owned(),
        watermark: format!(
            "说明：由{}（{}）于{today}导出；用途：{}；接收方：{}",
            actor.name, actor.org_name, wish.purpose, wish.recipient
        ),
        author: format!("{}（{}）", actor.name, actor.org_name),
        made_on: today,
    };
    let columns: Vec<sheets::ColumnOut> = part.columns.iter().map(|one| one.out()).collect();
    let writer = Writer::begin(wish.format, &head, &columns)?;
    let writer = lists::write(db, actor, part, writer).await?;
    let made = tokio::task::spawn_blocking(move || writer.finish()).await;
    made.map_err(anyhow::Error::from)?
}

/// Exports made in a scope, the latest first, below the number `before`.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    db: &Db,
    scope: &Scope,
    before: Option<i64>,
    n: i64,
) -> Result<Vec<Export>, Problem> {
    Ok(store::list(db, scope, before.unwrap_or(i64::MAX), n).await?)
}

/// One export made in a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside.
pub async fn find(db: &Db, scope: &Scope, id: i64) -> Result<Export, Problem> {
    store::find(db, scope, id).await?.ok_or(Problem::NotFound)
}
