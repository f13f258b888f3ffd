//! 附件的页面：移交批次、移交单、档案、介绍信、退休人员各自的附件，谁能看那件事，谁就能看它的附件。
//!
//! Owns: nothing. Uses: `archives`, `groups`, `handover`, `papers`, `registry`.

pub mod api;
pub mod pages;

use kernel::{Actor, Deed, Problem, Reader};
use serde_json::json;

use crate::archives::{self, slips};
use crate::groups::letters;
use crate::papers::store::{About, Paper};
use crate::papers::{self, store};
pub use crate::web::Caller;
use crate::web::{Handed, Shared};
use crate::{deeds, handover, registry};

/// What papers may hang on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Batch,
    HandoverSlip,
    Archive,
    ArchiveSlip,
    Letter,
    Person,
}

impl Subject {
    pub const ALL: &'static [Self] = &[
        Self::Batch,
        Self::HandoverSlip,
        Self::Archive,
        Self::ArchiveSlip,
        Self::Letter,
        Self::Person,
    ];

    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::HandoverSlip => "handover-slip",
            Self::Archive => "archive",
            Self::ArchiveSlip => "archive-slip",
            Self::Letter => "letter",
            Self::Person => "person",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|subject| subject.code() == code)
    }

    /// Without it the thing is not seen, nor its papers.
    const fn see(self) -> Deed {
        match self {
            Self::Batch | Self::HandoverSlip => deeds::HANDOVER_SEE,
            Self::Archive | Self::ArchiveSlip => deeds::ARCHIVES_SEE,
            Self::Letter => deeds::GROUPS_SEE,
            Self::Person => deeds::PEOPLE_SEE,
        }
    }

    /// Any of these lets somebody add papers and take them out of use.
    const fn keep(self) -> &'static [Deed] {
        match self {
            Self::Batch => &[deeds::HANDOVER_REVIEW],
            Self::HandoverSlip => &[deeds::HANDOVER_SEND, deeds::HANDOVER_RECEIVE],
            Self::Archive | Self::ArchiveSlip => &[deeds::ARCHIVES_KEEP],
            Self::Letter => &[deeds::GROUPS_KEEP],
            Self::Person => &[deeds::PEOPLE_CHANGE],
        }
    }
}

/// A thing whose papers are looked at.
#[derive(Clone, Debug)]
pub struct Thing {
    pub subject: Subject,
    pub id: i64,
    /// What it is called above its papers.
    pub title: String,
    /// Its page.
    pub page: String,
    /// Whether the actor may add papers and take them out of use.
    pub may_keep: bool,
}

impl Thing {
    fn about(&self) -> About<'static> {
        About { subject: self.subject.code(), id: self.id }
    }

    /// The page of its papers.
    #[must_use]
    pub fn path(&self) -> String {
        path(self.subject, self.id)
    }
}

/// The page of a thing's papers.
#[must_use]
pub fn path(subject: Subject, id: i64) -> String {
    format!("/papers?of={}&id={id}", subject.code())
}

/// The thing, for whoever may see it.
///
/// # Errors
/// [`Problem::NotFound`] outside the actor's scope; [`Problem::Forbidden`] for a post that does
/// not see such things at all.
pub async fn thing(
    reader: &mut impl Reader,
    actor: &Actor,
    (subject, id): (Subject, i64),
) -> Result<Thing, Problem> {
    actor.may(subject.see())?;
    let scope = actor.scope();
    let (title, page) = match subject {
        Subject::Batch => {
            let batch = handover::own(reader, actor, id).await?;
            let title = format!("移交批次{}：{}", batch.number, batch.enterprise_name);
            (title, handover::path(id))
        }
        Subject::HandoverSlip => {
            let slip = handover::store::find_slip(reader, &scope, id).await?;
            let slip = slip.ok_or(Problem::NotFound)?;
            (format!("人员移交单{}", slip.number), format!("/handovers/slips/{id}"))
        }
        Subject::Archive => {
            let file = archives::find(reader, actor, id).await?;
            (format!("{}的人事档案", file.person_name), archives::path(id))
        }
        Subject::ArchiveSlip => {
            let slip = slips::find(reader, &scope, id).await?;
            (format!("档案移交单{}", slip.number), format!("/archives/slips/{id}"))
        }
        Subject::Letter => {
            let letter = letters::find(reader, &scope, id).await?;
            (format!("{}的组织关系介绍信", letter.person_name), format!("/party/{id}"))
        }
        Subject::Person => {
            let person = registry::find(reader, &scope, id).await?;
            (person.name, format!("/people/{id}"))
        }
    };
    let may_keep =
        actor.can(deeds::PAPERS_KEEP) && subject.keep().iter().any(|deed| actor.can(*deed));
    Ok(Thing { subject, id, title, page, may_keep })
}

/// A paper and what it hangs on, for whoever may see that.
///
/// # Errors
/// As [`thing`].
pub async fn find(
    reader: &mut impl Reader,
    actor: &Actor,
    id: i64,
) -> Result<(Thing, Paper), Problem> {
    let paper = store::find(reader, id).await?.ok_or(Problem::NotFound)?;
    let subject = Subject::from_code(&paper.subject).ok_or(Problem::NotFound)?;
    let thing = thing(reader, actor, (subject, paper.about)).await;
    // Nobody learns from a number that there is a paper of something they do not see.
    let thing = thing.map_err(|problem| match problem {
        Problem::Forbidden(_) => Problem::NotFound,
        other => other,
    })?;
    Ok((thing, paper))
}

/// The papers of a thing, void ones among them.
///
/// # Errors
/// Whatever the engine says.
pub async fn of(reader: &mut impl Reader, thing: &Thing) -> Result<Vec<Paper>, Problem> {
    Ok(store::of(reader, thing.about()).await?)
}

/// Hangs a file that was handed in on a thing.
///
/// # Errors
/// As [`thing`]; [`Problem::Forbidden`] for who may only look; field problems of [`papers::add`].
pub async fn add(
    app: &Shared,
    actor: &Actor,
    ((subject, id), file, note): ((Subject, i64), &Handed, &str),
    caller: Caller,
) -> Result<Paper, Problem> {
    let permit = actor.permit(deeds::PAPERS_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let thing = thing(&mut act, actor, (subject, id)).await?;
    if !thing.may_keep {
        return Err(Problem::Forbidden(deeds::PAPERS_KEEP));
    }
    let paper = papers::add(&mut act, actor, (thing.about(), file, note)).await?;
    let told = json!({"id": paper.id, "version": paper.version});
    let outcome = caller.outcome(&format!("{}&saved=added", thing.path()), &told);
    let detail = format!("{}：附件 {}", thing.title, paper.name);
    act.commit_noting(&format!("paper/{}", paper.id), &outcome, &detail).await?;
    Ok(paper)
}

/// Takes a paper out of use.
///
/// # Errors
/// As [`find`]; [`Problem::Forbidden`] for who may only look; as [`papers::void`].
pub async fn void(
    app: &Shared,
    actor: &Actor,
    ((id, version), why): ((i64, i64), &str),
    caller: Caller,
) -> Result<Thing, Problem> {
    let permit = actor.permit(deeds::PAPERS_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let (thing, paper) = find(&mut act, actor, id).await?;
    if !thing.may_keep {
        return Err(Problem::Forbidden(deeds::PAPERS_KEEP));
    }
    papers::void(&mut act, (&paper, version), why).await?;
    let told = json!({"id": id, "version": version + 1});
    let outcome = caller.outcome(&format!("{}&saved=void", thing.path()), &told);
    let detail = format!("{}：作废附件 {}，{why}", thing.title, paper.name);
    act.commit_noting(&format!("paper/{id}"), &outcome, &detail).await?;
    Ok(thing)
}

/// The bytes of a paper; that they were given out is written down first.
///
/// # Errors
/// As [`find`]; a refusal for a paper that is void.
pub async fn open(app: &Shared, actor: &Actor, id: i64) -> Result<(Paper, Vec<u8>), Problem> {
    // Looking is no act that a key could repeat.
    let mut looking = actor.clone();
    looking.key = None;
    let permit = looking.permit(deeds::PAPERS_SEE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let (thing, paper) = find(&mut act, actor, id).await?;
    if paper.voided_on.is_some() {
        return Err(Problem::refused("void", "这份附件已经作废，不再给出"));
    }
    let detail = format!("{}：打开附件 {}", thing.title, paper.name);
    act.commit_noting(&format!("paper/{id}"), &thing.path(), &detail).await?;
    let bytes = store::fetch(&app.db, id).await?;
    Ok((paper, bytes))
}
