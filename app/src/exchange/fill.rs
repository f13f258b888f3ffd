//! Filling the blanks of other departments: kept with what goes where, filled like an export, with
//! purpose and recipient, under the same limits and the same record.

use std::collections::BTreeMap;

use kernel::{Actor, FieldError, Problem};
use rules::identity::Mask;
use serde_json::json;

use super::export::{self, Export, Taken};
use super::export_file::Format;
use super::export_lists::{List, Part};
use super::export_masks::Masks;
use super::export_wish::{Wish, conditions};
use super::fill_plan::{Blank, SKIP, choices};
use super::fill_write::{Filled, write};
use super::{fill_look, fill_store as store};
use crate::deeds;
use crate::web::{Fields, Handed, Shared};

pub use export::Caller;
pub use store::Kept;

/// A blank is small.
pub const MOST_BYTES: u64 = 8 << 20;

/// The page of a blank.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/blanks/{id}")
}

fn subject(id: i64) -> String {
    format!("blank/{id}")
}

fn outcome(caller: Caller, id: i64, to: &str) -> String {
    match caller {
        Caller::Page => to.to_owned(),
        Caller::Api => json!({"id": id}).to_string(),
    }
}

/// Takes a blank in: what it asks for is recognised, or remembered from one like it.
///
/// # Errors
/// Field problems with a sentence about the file; [`Problem::Repeat`] with where the first request
/// led.
pub async fn receive(
    app: &Shared,
    actor: &Actor,
    file: Handed,
    (caller, to): (Caller, &str),
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_EXPORT)?;
    actor.may(List::People.deed())?;
    app.db.not_yet(&permit).await?;
    if file.n_bytes > MOST_BYTES {
        let says = format!("空表不应超过 {} MiB，请删去图片和数据后再上传", MOST_BYTES >> 20);
        return Err(Problem::field("file", says));
    }
    let (name, n_bytes, checksum) = (file.name.clone(), file.n_bytes, file.checksum.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let blank = fill_look::look(file.path(), &file.name)?;
        let bytes = std::fs::read(file.path()).map_err(anyhow::Error::from)?;
        Ok::<_, Problem>((blank, bytes))
    });
    let (mut blank, bytes) = looked.await.map_err(anyhow::Error::from)??;
    if let Some(earlier) = store::like(&app.db, &actor.org, &blank).await? {
        blank.remember(&earlier);
    }
    let mut act = app.db.begin(permit, app.today()).await?;
    let kept = Kept {
        id: act.new_id()?,
        org: actor.org.clone(),
        who: actor.name.clone(),
        file_name: name,
        n_bytes: i64::try_from(n_bytes).unwrap_or(i64::MAX),
        checksum,
        blank,
        made_on: act.day().to_string(),
        version: 1,
    };
    store::insert(&mut act, &kept, &bytes).await?;
    let detail = format!("收到空表“{}” sha256:{}", kept.file_name, kept.checksum);
    let outcome = outcome(caller, kept.id, &format!("{}{to}", path(kept.id)));
    act.commit_noting(&subject(kept.id), &outcome, &detail).await?;
    Ok(kept.id)
}

/// Blanks kept in the actor's jurisdiction, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    app: &Shared,
    actor: &Actor,
    (before, n): (Option<i64>, i64),
) -> Result<Vec<Kept>, Problem> {
    Ok(store::list(&app.db, &actor.scope(), before.unwrap_or(i64::MAX), n).await?)
}

/// The blank with this number in the actor's jurisdiction.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Kept, Problem> {
    let keys = app.db.vault().clone();
    let found = store::find(&mut app.db.clone(), (&actor.scope(), id), &keys).await?;
    found.ok_or(Problem::NotFound)
}

/// What was chosen for the places of a blank, and how numbers are to be shown.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub places: BTreeMap<usize, String>,
    pub mask: String,
    pub version: i64,
}

impl Choices {
    /// Reads the form.
    #[must_use]
    pub fn read(fields: &Fields, blank: &Blank) -> Self {
        let one = |at: usize| {
            let chosen = fields.get(&format!("place-{at}"));
            (!chosen.is_empty()).then(|| (at, chosen.to_owned()))
        };
        Self {
            places: (0..blank.places.len()).filter_map(one).collect(),
            mask: fields.get("mask").to_owned(),
            version: fields.number("version").unwrap_or(0),
        }
    }

    /// The blank as it was chosen.
    ///
    /// # Errors
    /// Field problems.
    pub fn onto(&self, actor: &Actor, mut blank: Blank) -> Result<Blank, Problem> {
        let mut errors = Vec::new();
        let mut tell = |field: String, says: &str| {
            errors.push(FieldError { field, message: says.to_owned() });
        };
        for (at, choice) in &self.places {
            let Some(place) = blank.places.get_mut(*at) else { continue };
            if choice != SKIP && !choices().any(|(key, _)| key == choice) {
                tell(format!("place-{at}"), "没有这一项，请从列出的栏目中选择");
            } else if place.choice != *choice {
                place.choice.clone_from(choice);
                "chosen".clone_into(&mut place.how);
            }
        }
        match Mask::from_code(&self.mask) {
            Some(Mask::None) if !actor.can(deeds::PEOPLE_EXPORT_FULL) => {
                tell("mask".to_owned(), "您的岗位不能导出完整号码，请选择另一种");
            }
            Some(mask) => mask.code().clone_into(&mut blank.mask),
            None if self.mask.is_empty() => {}
            None => tell("mask".to_owned(), "请选择号码怎样显示"),
        }
        if blank.filled().next().is_none() {
            tell("place-0".to_owned(), "一处也没有选定要填的内容，请至少选一处");
        }
        if errors.is_empty() { Ok(blank) } else { Err(Problem::Invalid(errors)) }
    }
}

/// Keeps what goes where.
///
/// # Errors
/// Field problems; [`Problem::Stale`] when somebody has changed it since.
pub async fn choose(
    app: &Shared,
    actor: &Actor,
    (id, chosen): (i64, &Choices),
    (caller, to): (Caller, &str),
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_EXPORT)?;
    let known = find(app, actor, id).await?;
    let blank = chosen.onto(actor, known.blank.clone())?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let changed = Kept { blank, version: chosen.version, ..known };
    if !store::update(&mut act, &changed).await? {
        return Err(Problem::Stale);
    }
    let outcome = outcome(caller, id, &format!("{}{to}", path(id)));
    act.commit_noting(&subject(id), &outcome, "改空表的对应关系").await
}

/// Lets a blank go.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside.
pub async fn forget(app: &Shared, actor: &Actor, id: i64, caller: Caller) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_EXPORT)?;
    let keys = app.db.vault().clone();
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = store::find(&mut act, (&actor.scope(), id), &keys).await?;
    let known = known.ok_or(Problem::NotFound)?;
    store::forget(&mut act, id).await?;
    let detail = format!("删除空表“{}”", known.file_name);
    act.commit_noting(&subject(id), &outcome(caller, id, "/blanks"), &detail).await
}

/// What is asked for when a blank is filled: the people of the list, for whom and why.
///
/// # Errors
/// Field problems.
pub fn wish(fields: &Fields, blank: &Blank) -> Result<Wish, Problem> {
    let wish = Wish {
        part: Part {
            list: List::People,
            columns: blank.columns(),
            conditions: conditions(List::People, fields),
            masks: Masks::both(blank.mask()),
        },
        titles: Vec::new(),
        format: Format::Xlsx,
        purpose: fields.get("purpose").to_owned(),
        recipient: fields.get("recipient").to_owned(),
        reason: fields.get("reason").to_owned(),
        keep: None,
    };
    let mut errors = Vec::new();
    wish.judge(&mut errors);
    wish.judge_reason(&mut errors);
    if errors.is_empty() { Ok(wish) } else { Err(Problem::Invalid(errors)) }
}

/// Fills a blank and leaves the trace of an export.
///
/// # Errors
/// Field problems; a refusal when there are more people than rows, nobody, or too many exports;
/// [`Problem::Repeat`] when the request was answered before: the file is not given twice.
pub async fn fill(
    app: &Shared,
    actor: &Actor,
    (id, fields): (i64, &Fields),
    caller: Caller,
) -> Result<(Kept, Export, Filled), Problem> {
    let kept = find(app, actor, id).await?;
    let wish = wish(fields, &kept.blank)?;
    let gone = || Problem::refused("no-file", "空表已不再保存，请重新上传");
    let bytes = store::content(&app.db, id).await?.ok_or_else(gone)?;
    let titles: Vec<&str> = kept.blank.filled().map(|place| place.title.as_str()).collect();
    let columns = format!("填入“{}”：{}", kept.file_name, titles.join("、"));
    let mut taken = Taken { wish: &wish, columns, beside: Vec::new() };
    if (&kept.blank.purpose, &kept.blank.recipient) != (&wish.purpose, &wish.recipient) {
        let blank = Blank {
            purpose: wish.purpose.clone(),
            recipient: wish.recipient.clone(),
            ..kept.blank.clone()
        };
        // Of no account if somebody else changes it meanwhile.
        taken.beside.push(store::updating(app.db.vault(), &Kept { blank, ..kept.clone() })?);
    }
    let filling = write((app, actor), &wish.part, (&kept.blank, bytes));
    let (export, (made, kind)) = export::take(app, actor, taken, caller, filling).await?;
    Ok((kept, export, Filled { made, kind }))
}
