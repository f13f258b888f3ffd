//! A list of personnel files that lie at a body: whose is known, whose is taken in; writing it and
//! taking it back.

use kernel::{Act, DbError, Problem, Reader, Scope, q};

use super::entries::Entry;
use super::kinds::Kind;
use super::listing::{Entering, Verdict};
use crate::archives::{self, NewFile, store};
use crate::duties::kept;
use crate::orgs;
use crate::policies::Laws;
use crate::registry::Person;

/// What is to become of a row.
///
/// # Errors
/// Whatever the engine says.
pub async fn verdict(
    reader: &mut impl Reader,
    entry: &mut Entry,
    (scope, person, new): (&Scope, Person, NewFile),
) -> Result<Verdict, Problem> {
    if scope.from().is_empty() {
        entry.tell("name", "no-holder", "请指明档案由哪个机构保管");
        return Ok(Verdict::Faulty);
    }
    if let Err(problem) = archives::check_new(&new) {
        for error in problem.fields() {
            entry.tell(&error.field, "archive", &error.message);
        }
        return Ok(Verdict::Faulty);
    }
    let known = store::of_person(reader, scope, person.id).await?;
    let Some(known) = known.into_iter().find(|file| file.state != "gone") else {
        return Ok(Verdict::New(Box::new(person), Entering::File(new)));
    };
    let differs =
        known.holder != scope.from() || (!new.in_box.is_empty() && known.box_ != new.in_box);
    if differs {
        let says = format!(
            "这份档案已登记在{}，盒号“{}”，没有改；要改的请在档案页面办理",
            known.holder_name, known.box_
        );
        entry.remark(Kind::Archives, "name", &says);
    }
    Ok(Verdict::Unchanged(person.id))
}

/// The name of the body where the files of a list lie; empty for lists of another kind.
///
/// # Errors
/// Whatever the engine says.
pub async fn body(act: &mut Act, kind: Kind, scope: &Scope) -> Result<String, Problem> {
    if kind != Kind::Archives {
        return Ok(String::new());
    }
    let head = orgs::store::head(act, scope.from()).await?;
    Ok(head.map_or_else(String::new, |org| org.name))
}

/// Takes a file in.
///
/// # Errors
/// Whatever the engine says.
pub async fn put(
    (act, laws): (&mut Act, &Laws),
    (holder, body): (&str, &str),
    (person, new): (&Person, &NewFile),
) -> Result<(), Problem> {
    let arrival = store::Arrival {
        id: act.new_id()?,
        person: person.id,
        holder,
        in_box: &new.in_box,
        volumes: new.volumes,
        pages: new.pages,
        note: &new.note,
        body,
        from: &new.from,
    };
    let insertions = store::insertions(act, &arrival);
    act.put(insertions).await?;
    archives::keeper(holder).took(act, laws, (person.id, &person.org)).await
}

async fn of_act(act: &mut Act, done_by: i64) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = act
        .rows(q!("SELECT id, version FROM archives WHERE act = $1 ORDER BY id", done_by))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// How many files of a list were worked on since: moved, lent, counted in a stock-taking.
///
/// # Errors
/// Whatever the engine says.
pub async fn touched(act: &mut Act, done_by: i64) -> Result<usize, Problem> {
    let counted = q!(
        "SELECT COUNT(*) FROM archives a WHERE a.act = $1 AND a.version = 1
           AND (EXISTS (SELECT 1 FROM archive_scans s WHERE s.archive = a.id)
                OR EXISTS (SELECT 1 FROM papers d WHERE d.subject = 'archive' AND d.about = a.id))",
        done_by
    );
    let n: i64 = act.row(counted).await?.map_or(Ok(0), |row| row.get(0))?;
    let changed = of_act(act, done_by).await?.iter().filter(|(_, version)| *version != 1).count();
    Ok(changed + usize::try_from(n).unwrap_or(0))
}

/// Takes the files of a list away again; answers how many.
///
/// # Errors
/// Whatever the engine says.
pub async fn undo(act: &mut Act, laws: &Laws, done_by: i64) -> Result<usize, Problem> {
    let files = of_act(act, done_by).await?;
    let n = files.len();
    let erase = |(id, _): (i64, i64)| store::erasure(id);
    act.put(files.into_iter().flat_map(erase).collect()).await?;
    kept::take_back(act, laws, done_by).await?;
    Ok(n)
}
