//! 人事档案：每人一份，现在在哪里、在谁手里；入库、上架、移交、借阅、盘点，一手交一手，每一手有据可查。
//!
//! Owns: `archives`, `archive_events`, `archive_materials`, `archive_slips`,
//! `archive_slip_files`, `archive_checks`, `archive_scans`.
//! Uses: `duties`, `orgs`, `people`, `registry`.

pub mod api;
pub mod checks;
pub mod checks_pages;
pub mod file_pages;
pub mod intake_pages;
pub mod ledger;
pub mod materials;
pub mod pages;
pub mod print;
pub mod recode;
pub mod sheet;
pub mod slip_pages;
pub mod slips;
pub mod store;

use jiff::civil::Date;
use kernel::{Act, Actor, FieldError, Problem, Reader};
use serde_json::json;

use crate::duties::kept::Keeper;
pub use crate::web::Caller;
use crate::web::{Shared, check_words};
use crate::{deeds, registry};
use store::{Arrival, File};

/// Codes and names of where a file is.
pub const STATES: &[(&str, &str)] = &[
    ("held", "在库"),
    ("lent", "借出"),
    ("sent", "移交途中"),
    ("missing", "下落不明"),
    ("gone", "已转出"),
];

/// Codes and names of what happens to a file.
pub const EVENTS: &[(&str, &str)] = &[
    ("taken", "入库"),
    ("changed", "更正"),
    ("listed", "登记材料"),
    ("lent", "借出"),
    ("returned", "归还"),
    ("sent", "送出"),
    ("received", "签收"),
    ("back", "对方未收到"),
    ("missing", "下落不明"),
    ("found", "找到"),
    ("gone", "转出"),
];

/// At most so many files go with one slip.
pub const MOST: usize = 200;

/// What a fact of a file says of its source.
const SOURCE: &str = "archive";

/// The body with this division code, as it tells of the files that it takes in.
#[must_use]
pub fn keeper(holder: &str) -> Keeper<'_> {
    Keeper { holder, source: SOURCE }
}

/// The page of a file.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/archives/{id}")
}

/// The file with this number that the actor may see.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<File, Problem> {
    store::find(reader, &actor.scope(), id).await?.ok_or(Problem::NotFound)
}

/// The same, when it lies in the actor's jurisdiction: nobody else touches it.
///
/// # Errors
/// As [`find`]; a refusal for a file that lies elsewhere.
pub async fn kept(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<File, Problem> {
    let file = find(reader, actor, id).await?;
    if actor.scope().covers(&file.holder) {
        return Ok(file);
    }
    Err(Problem::refused("elsewhere", "这份档案不在本机构保管，请联系保管的机构办理"))
}

/// A file to be taken in.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewFile {
    /// Number of the retiree.
    pub person: i64,
    /// From whom it came: the enterprise, another body.
    pub from: String,
    #[serde(rename = "box")]
    pub in_box: String,
    pub volumes: i64,
    pub pages: Option<i64>,
    pub note: String,
}

fn wrong(errors: &mut Vec<FieldError>, field: &str, message: &str) {
    errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
}

/// What is wrong with where a file lies and how much it is.
fn check(
    (in_box, note): (&str, &str),
    (volumes, pages): (i64, Option<i64>),
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if in_box.chars().count() > 30 || in_box.chars().any(|c| c.is_control() || c == '&') {
        wrong(&mut errors, "box", "盒号最多 30 个字，例如：2架3层015盒");
    }
    if !(1..=50).contains(&volumes) {
        wrong(&mut errors, "volumes", "请填写册数，1 至 50");
    }
    if pages.is_some_and(|n| !(0..=100_000).contains(&n)) {
        wrong(&mut errors, "pages", "页数有误，请核对");
    }
    if note.chars().count() > 200 || note.chars().any(char::is_control) {
        wrong(&mut errors, "note", "最多 200 个字，不要有特殊字符");
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

/// Whether a file can be taken in as it is described.
///
/// # Errors
/// Field problems.
pub fn check_new(new: &NewFile) -> Result<(), Problem> {
    check((&new.in_box, &new.note), (new.volumes, new.pages))?;
    check_words("from", &new.from, (60, "请填写档案从哪里来，例如移交单位的名称"))
}

/// Takes the file of a retiree in at the actor's body.
///
/// # Errors
/// [`Problem::NotFound`] for a retiree outside; field problems; a refusal when the retiree has a
/// file already.
pub async fn take_in(
    app: &Shared,
    actor: &Actor,
    new: &NewFile,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), new.person).await?;
    check_new(new)?;
    if !store::filed(&mut act, &[person.id]).await?.is_empty() {
        return Err(known());
    }
    let id = act.new_id()?;
    let arrival = Arrival {
        id,
        person: person.id,
        holder: &actor.org,
        in_box: &new.in_box,
        volumes: new.volumes,
        pages: new.pages,
        note: &new.note,
        body: &actor.org_name,
        from: &new.from,
    };
    let insertions = store::insertions(&act, &arrival);
    let known_now = |problem: Problem| if problem.is_duplicate() { known() } else { problem };
    act.put(insertions).await.map_err(|cause| known_now(cause.into()))?;
    keeper(&actor.org).took(&mut act, &laws, (person.id, &person.org)).await?;
    let told = json!({"id": id, "number": crate::labels::of(id), "version": 1});
    let outcome = caller.outcome(&format!("{}?saved=taken", path(id)), &told);
    let detail = format!("{}的人事档案入库", person.name);
    let done = act.commit_noting(&format!("archive/{id}"), &outcome, &detail).await;
    done.map_err(known_now)?;
    Ok(id)
}

fn known() -> Problem {
    Problem::refused("filed", "这个人的档案已经登记过，一个人只有一份；请按姓名查找它在哪里")
}

/// What is done to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deal {
    /// Another box, other volumes or pages.
    Correct {
        in_box: String,
        volumes: i64,
        pages: Option<i64>,
        note: String,
    },
    Lend {
        to: String,
        purpose: String,
        due_on: Date,
    },
    Return {
        note: String,
    },
    /// It was missing and has turned up.
    Find {
        note: String,
    },
    /// It cannot be found.
    Miss {
        note: String,
    },
    /// It goes to a body outside for good.
    Release {
        to: String,
        document: String,
    },
}

impl Deal {
    /// Code of the event, the state before which it makes sense, and what is said otherwise.
    const fn rule(&self) -> (&'static str, &'static [&'static str], &'static str) {
        match self {
            Self::Correct { .. } => ("changed", &["held"], "档案不在库里，归还或签收以后再更正"),
            Self::Lend { .. } => ("lent", &["held"], "档案不在库里，不能借出"),
            Self::Return { .. } => ("returned", &["lent"], "这份档案没有借出"),
            Self::Find { .. } => ("found", &["missing"], "这份档案不是下落不明"),
            Self::Miss { .. } => {
                ("missing", &["held", "lent"], "只有在库或借出的档案才能报下落不明")
            }
            Self::Release { .. } => ("gone", &["held"], "档案不在库里，不能转出"),
        }
    }

    /// Code of what happens to the file, see [`EVENTS`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.rule().0
    }

    fn check(&self, today: Date) -> Result<(), Problem> {
        match self {
            Self::Correct { in_box, volumes, pages, note } => {
                check((in_box, note), (*volumes, *pages))
            }
            Self::Lend { to, purpose, due_on } => {
                check_words("to", to, (60, "请填写借阅的单位和人，2 至 60 个字"))?;
                check_words("purpose", purpose, (100, "请填写借阅的用途，2 至 100 个字"))?;
                let last = rules::days::add_months(today, 12);
                if *due_on < today || *due_on > last {
                    return Err(Problem::field("due_on", "归还日期应在今天以后一年以内"));
                }
                Ok(())
            }
            Self::Return { note } => match note.chars().count() {
                0..=100 => Ok(()),
                _ => Err(Problem::field("note", "最多 100 个字")),
            },
            Self::Find { note } => {
                check_words("note", note, (100, "请写明在哪里找到，2 至 100 个字"))
            }
            Self::Miss { note } => {
                check_words("note", note, (100, "请写明最后在哪里、怎样发现的，2 至 100 个字"))
            }
            Self::Release { to, document } => {
                check_words("to", to, (60, "请填写转往的机构，2 至 60 个字"))?;
                check_words("document", document, (100, "请填写依据的文件或回执，2 至 100 个字"))
            }
        }
    }

    /// The file afterwards, and what is written down.
    fn done(&self, file: &File, today: Date) -> (File, String) {
        let mut now = file.clone();
        let detail = match self {
            Self::Correct { in_box, volumes, pages, note } => {
                let moved = (*in_box != file.box_).then(|| format!("放入{in_box}"));
                (now.box_, now.volumes, now.pages) = (in_box.clone(), *volumes, *pages);
                note.clone_into(&mut now.note);
                moved.unwrap_or_else(|| "更正册数、页数或备注".to_owned())
            }
            Self::Lend { to, purpose, due_on } => {
                "lent".clone_into(&mut now.state);
                (now.borrower, now.due_on) = (to.clone(), Some(*due_on));
                format!("借给{to}，{purpose}，应于{}归还", frame::day(&due_on.to_string()))
            }
            Self::Return { note } => {
                back(&mut now);
                let late = file.due_on.is_some_and(|due| due < today);
                let late = if late { "，逾期归还" } else { "" };
                format!("{}归还{late}。{note}", file.borrower)
            }
            Self::Find { note } => {
                back(&mut now);
                now.seen_on = Some(today);
                note.clone()
            }
            Self::Miss { note } => {
                "missing".clone_into(&mut now.state);
                now.due_on = None;
                note.clone()
            }
            Self::Release { to, document } => {
                "gone".clone_into(&mut now.state);
                to.clone_into(&mut now.borrower);
                now.box_ = String::new();
                format!("转往{to}，{document}")
            }
        };
        (now, detail)
    }
}

/// A file lies where it belongs again.
fn back(now: &mut File) {
    "held".clone_into(&mut now.state);
    (now.borrower, now.due_on) = (String::new(), None);
}

/// Does something to a file and writes it down.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; a refusal when it makes no sense for where the
/// file is; [`Problem::Stale`] when somebody was faster.
pub async fn deal(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    deal: &Deal,
    caller: Caller,
) -> Result<File, Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let file = kept(&mut act, actor, id).await?;
    let (kind, before, says) = deal.rule();
    if !before.contains(&file.state.as_str()) {
        return Err(Problem::refused("not-now", says));
    }
    deal.check(act.day())?;
    let (now, detail) = deal.done(&file, act.day());
    if file.version != version {
        return Err(Problem::Stale);
    }
    change(&mut act, actor, (&file, &now), (kind, &detail)).await?;
    let told = json!({"id": id, "state": now.state, "version": version + 1});
    let outcome = caller.outcome(&format!("{}?saved={kind}", path(id)), &told);
    let name = crate::codes::name_of(EVENTS, kind);
    let detail = format!("{}的人事档案{name}：{detail}", file.person_name);
    act.commit_noting(&format!("archive/{id}"), &outcome, &detail).await?;
    Ok(now)
}

/// Keeps a file as it is now and writes down why.
async fn change(
    act: &mut Act,
    actor: &Actor,
    (was, now): (&File, &File),
    (kind, detail): (&str, &str),
) -> Result<(), Problem> {
    if !store::keep(act, was, now).await? {
        return Err(Problem::Stale);
    }
    let event = store::event(act, was.id, (kind, &actor.org_name, detail));
    Ok(act.put(vec![event]).await?)
}
