//! Facts that many lists bring and few duties hear of: written down at once, and only those in
//! line again for whom something of the kind is owed.

use jiff::civil::Date;
use kernel::{Act, Problem, q};
use rules::duties::Rule;
use rules::facts::{Fact, FactKind};

use super::{News, note, settle_one, store};
use crate::codes::level_of;
use crate::policies::Laws;
use crate::registry;

/// A body that keeps the personnel files of retirees.
#[derive(Clone, Copy, Debug)]
pub struct Keeper<'a> {
    /// Division code of the body.
    pub holder: &'a str,
    /// Where the fact comes from, as in [`note`].
    pub source: &'a str,
}

impl Keeper<'_> {
    /// What is to be told when the body has taken in the file of a retiree whom the station `org`
    /// serves; nothing when the retiree lives outside its jurisdiction.
    #[must_use]
    pub fn news(&self, org: &str, on: Date) -> Option<News> {
        let level = level_of(self.holder).and_then(rules::duties::Level::from_code)?;
        let kind = FactKind::FileKept { level };
        org.starts_with(self.holder).then_some(News { kind, on })
    }

    /// Notes that the body has taken in the file of a retiree.
    ///
    /// # Errors
    /// Whatever [`note`] says.
    pub async fn took(
        &self,
        act: &mut Act,
        laws: &Laws,
        (person, org): (i64, &str),
    ) -> Result<(), Problem> {
        let Some(new) = self.news(org, act.day()) else { return Ok(()) };
        // Whoever writes another fact of the person meanwhile waits and sees this one.
        registry::store::hold(act, person).await?;
        let waits = q!(
            "SELECT 1 FROM duties WHERE person = $1 AND rule = $2 LIMIT 1",
            person,
            Rule::FileFollows.id()
        );
        if act.row(waits).await?.is_some() {
            note(act, laws, person, self.source, &[new]).await?;
            return Ok(());
        }
        let day = act.day();
        let fact = Fact { id: act.new_id()?, on: new.on, entered_on: day, kind: new.kind };
        Ok(store::insert_fact(act, person, self.source, &fact).await?)
    }
}

/// Takes back what an act has told of files; what they settled is owed again.
///
/// # Errors
/// Whatever the engine says.
pub async fn take_back(act: &mut Act, laws: &Laws, done_by: i64) -> Result<(), Problem> {
    let waiting = q!(
        "SELECT DISTINCT d.person FROM facts f JOIN duties d ON d.person = f.person
         WHERE f.act = $1 AND f.kind = 'file_kept' AND d.rule = $2 ORDER BY d.person LIMIT 1000000",
        done_by,
        Rule::FileFollows.id()
    );
    let waiting = act.rows(waiting).await?;
    let void = q!(
        "UPDATE facts SET voided_by = $2
         WHERE act = $1 AND kind = 'file_kept' AND voided_by IS NULL",
        done_by,
        act.id()
    );
    act.put(vec![void]).await?;
    for row in waiting {
        settle_one(act, laws, row.get(0)?).await?;
    }
    Ok(())
}
