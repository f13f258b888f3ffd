//! 人员登记、变更、标记、转移和死亡登记：记下一个人身上发生的事，并由此推出应办事项。
//!
//! Owns: nothing. Uses: `duties`, `orgs`, `policies`, `registry`.

pub mod acts;
pub mod acts_api;
pub mod api;
pub mod at_enterprise;
pub mod book;
pub mod card;
pub mod death;
pub mod death_pages;
pub mod edit;
pub mod form;
pub mod health_pages;
pub mod history;
pub mod left;
pub mod left_pages;
pub mod list;
pub mod marks;
pub mod marks_pages;
pub mod moves;
pub mod moves_api;
pub mod moves_ledger;
pub mod moves_pages;
pub mod new;
pub mod pages;
pub mod registration;
pub mod relatives;
pub mod relatives_pages;
pub mod reveal;
pub mod roll;
pub mod rosters;
pub mod search;
pub mod sections;
pub mod sent;
pub mod sheet;
pub mod unimport;

use jiff::civil::Date;
use kernel::{Act, Problem};
use rules::facts::{Away, FactKind};

use crate::duties::{self, News};
use crate::orgs::{self, Org};
use crate::policies::Laws;
use crate::registry::{self, Checked, NewPerson};

/// Where and when a retiree arrives, and where the news comes from: `people`, `import`, `demo`…
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub station: &'a Org,
    pub taken_in_on: Date,
    pub source: &'a str,
}

/// To whom a repeated request is answered: a page is led on, the API hears the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Page,
    Api,
}

impl Caller {
    /// Where facts and changes come from.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Page => "people",
            Self::Api => "api",
        }
    }
}

/// Takes a retiree in at a station: the row, its marks, the facts and what follows from them.
///
/// # Errors
/// [`Problem::Invalid`] with the fields that cannot be right, or when the number is registered
/// already.
pub async fn enter(
    act: &mut Act,
    laws: &Laws,
    new: &NewPerson,
    arrival: &Arrival<'_>,
) -> Result<i64, Problem> {
    if arrival.taken_in_on > act.day() {
        return Err(Problem::field("taken_in_on", "纳入日期不能晚于今天"));
    }
    let checked = registry::check(new, act.day())?;
    orgs::hold(act, arrival.station).await?;
    let place = registry::Place {
        org: arrival.station.code.clone(),
        station: arrival.station.id,
        taken_in_on: arrival.taken_in_on,
    };
    let id = registry::insert(act, &checked, &place).await?;
    let news = first_facts(&checked, &place, act.day());
    duties::note(act, laws, id, arrival.source, &news).await?;
    Ok(id)
}

/// The facts with which a retiree comes.
#[must_use]
pub fn first_facts(checked: &Checked, place: &registry::Place, today: Date) -> Vec<News> {
    let (new, on) = (checked.fields(), place.taken_in_on);
    let station = place.station;
    let mut news = vec![News { kind: FactKind::TakenIn { station }, on }];
    if let Some(from) = new.pension_from.filter(|from| *from <= today) {
        news.push(News { kind: FactKind::PensionStarted, on: from });
    }
    let away = Away::from_code(&new.away).unwrap_or(Away::Here);
    if away != Away::Here {
        news.push(News { kind: FactKind::Residence { away }, on });
    }
    if registry::is_transitional(&new.management) {
        news.push(News { kind: FactKind::FormTransitional, on });
    }
    if registry::is_party_member(&new.political) {
        news.push(News { kind: FactKind::PartyMember, on });
    }
    news.extend(new.marks.iter().map(|mark| News { kind: FactKind::MarkSet { mark: *mark }, on }));
    news
}
