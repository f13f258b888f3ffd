//! Somebody who has just been entered: nothing is stored of them yet, so nothing is read.

use kernel::{Act, Problem, Query};
use rules::duties::{Subject, arising};
use rules::facts::Fact;

use super::{News, no_law, store};
use crate::policies::Laws;
use crate::registry::Held;

/// The statements that write down the first facts about a person and what follows from them, the
/// same as [`super::note`] would write.
///
/// # Errors
/// A refusal when a fact lies in the future or on a day without law.
pub fn arrivals(
    act: &Act,
    laws: &Laws,
    held: &Held,
    source: &str,
    news: &[News],
) -> Result<Vec<Query>, Problem> {
    if news.iter().any(|new| new.on > act.day()) {
        return Err(Problem::field("on_day", "日期不能晚于今天"));
    }
    let mut facts = Vec::with_capacity(news.len());
    let mut queries = Vec::with_capacity(news.len() + 8);
    for new in news {
        let fact = Fact { id: act.new_id()?, on: new.on, entered_on: act.day(), kind: new.kind };
        queries.push(store::fact_insertion(act.id(), held.id, source, &fact));
        facts.push(fact);
    }
    facts.sort_by_key(|fact| (fact.on, fact.id));
    let subject = Subject { born_on: held.born_on, facts: &facts };
    let mut owed = Vec::new();
    arising(&subject, laws.terms(&held.org), act.day(), &mut owed).map_err(no_law)?;
    for duty in &owed {
        queries.push(store::insertion(act.new_id()?, held.id, &held.org, duty));
    }
    Ok(queries)
}
