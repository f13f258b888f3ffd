//! What somebody who looks around the demo should find at once, done by its own staff: figures of
//! their own, things under way, things that went wrong and were put right.

use jiff::civil::Date;
use kernel::{Actor, Db, Problem, Scope, q};
use rules::days::{add_days, first_of_next_month};
use rules::facts::{Away, Mark, Way};

use super::accounts::{Member, of};
use crate::duties::preview;
use crate::people::acts::Caller;
use crate::people::{death, edit, left, marks, moves, relatives, reveal};
use crate::policies::decide::{self, Proposal, Verdict};
use crate::registry::{self, NewPerson, relatives::NewRelative};
use crate::state::App;
use crate::visits::entrust::{self, Ask, Reply};
use crate::visits::{self, Outcome, Report};
use crate::web::Shared;

/// The figure that the district has decided: approved before anybody is taken in.
///
/// # Errors
/// Whatever the database says.
pub async fn figures(db: &Db, staff: &[Member], begun_on: Date) -> Result<(), Problem> {
    let (clerk, lead) = (of(staff, "office_clerk")?, of(staff, "office_lead")?);
    let app = App::new(db.on_day(begun_on), None)?;
    let new = Proposal {
        figure: "visit.elder.months".to_owned(),
        from_day: begun_on,
        value: 3,
        issued_on: begun_on,
        cite: "松涛示范区退管办〔虚构〕1号 第二条".to_owned(),
        quote: "八十岁以上退休人员每季度上门走访一次".to_owned(),
    };
    let id = decide::propose(&app, clerk, &new, decide::Caller::Page).await?;
    preview::start(&app, lead, id).await?;
    let said = (Verdict::Approve, "");
    decide::decide(&app, lead, (id, 1), said, decide::Caller::Page).await
}

/// Everything else, after people have lived their months.
///
/// # Errors
/// Whatever the database says.
pub async fn play(db: &Db, staff: &[Member], today: Date) -> Result<(), Problem> {
    let stage = Stage { db, staff, today };
    stage.proposal().await?;
    let home = stage.people("990101001001", Living::Here).await?;
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = home[..] else {
        return Ok(());
    };
    stage.mistaken_visit(a).await?;
    stage.not_reached([b, c, d]).await?;
    stage.moves([e, f, g]).await?;
    stage.kept([h, i, j]).await?;
    stage.gone([k, l]).await?;
    stage.entrusted().await
}

struct Stage<'a> {
    db: &'a Db,
    staff: &'a [Member],
    today: Date,
}

/// Where people live.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Living {
    Here,
    Elsewhere,
}

/// What chance does not allow (a mark that is there already) is left out.
fn passed<T>(done: Result<T, Problem>) -> Result<(), Problem> {
    match done {
        Ok(_) | Err(Problem::Invalid(_) | Problem::Refused { .. }) => Ok(()),
        Err(other) => Err(other),
    }
}

impl Stage<'_> {
    /// The house as it was so many days ago.
    fn ago(&self, n_days: i64) -> Result<Shared, Problem> {
        App::new(self.db.on_day(add_days(self.today, -n_days)), None)
    }

    fn day(&self, n_days: i64) -> Date {
        add_days(self.today, -n_days)
    }

    fn who(&self, account: &str) -> Result<&Actor, Problem> {
        of(self.staff, account)
    }

    /// A few people below an organisation who are under management and no newcomers.
    async fn people(&self, org: &str, living: Living) -> Result<Vec<i64>, Problem> {
        let away = if living == Living::Here { "" } else { "elsewhere" };
        let rows = self
            .db
            .rows(q!(
                "SELECT id FROM persons
                 WHERE org >= $1 AND org < $2 AND status = 'active' AND taken_in_on < $3
                   AND (($4 = '' AND away = 'here') OR ($4 <> '' AND away <> 'here'))
                 ORDER BY id LIMIT 20",
                org,
                Scope::below(org).to(),
                self.day(90),
                away
            ))
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
    }

    /// A second figure waits for its approval.
    async fn proposal(&self) -> Result<(), Problem> {
        let app = self.ago(5)?;
        let new = Proposal {
            figure: "visit.alone.months".to_owned(),
            from_day: first_of_next_month(self.today),
            value: 1,
            issued_on: self.day(9),
            cite: "松涛示范区退管办〔虚构〕5号 第三条".to_owned(),
            quote: "对鳏寡孤独退休人员每月上门走访一次".to_owned(),
        };
        decide::propose(&app, self.who("office_clerk")?, &new, decide::Caller::Page).await?;
        Ok(())
    }

    async fn mistaken_visit(&self, person: i64) -> Result<(), Problem> {
        let clerk = self.who("coordinator")?;
        let mut report = Report::ordinary(self.day(9), &clerk.name);
        "身体状况良好".clone_into(&mut report.note);
        let app = self.ago(9)?;
        let caller = visits::Caller::Page;
        let visit = visits::record(&app, clerk, person, &report, caller).await?;
        let why = "登记错人，应为同楼的另一位退休人员";
        visits::void(&self.ago(8)?, clerk, (visit.id, 1), why, caller).await?;
        // Found in a notebook today: the real day and the day of entry are both kept.
        let mut paper = Report::ordinary(self.day(15), &clerk.name);
        "纸质记录补录：已上门，身体状况良好".clone_into(&mut paper.note);
        visits::record(&self.ago(0)?, clerk, person, &paper, caller).await?;
        Ok(())
    }

    /// One, two and three steps of the ladder.
    async fn not_reached(&self, people: [i64; 3]) -> Result<(), Problem> {
        let clerk = self.who("coordinator")?;
        let steps = [(Way::Home, 6), (Way::Telephone, 4), (Way::Neighbour, 1)];
        for (n_steps, person) in (1..).zip(people) {
            for (way, n_days) in &steps[3 - n_steps..] {
                let way = if n_steps == 1 { Way::Home } else { *way };
                let mut report = Report::ordinary(self.day(*n_days), &clerk.name);
                (report.way, report.outcome) = (way, Outcome::NotReached);
                "敲门或拨打电话均无人应答".clone_into(&mut report.note);
                let (app, caller) = (self.ago(*n_days)?, visits::Caller::Page);
                visits::record(&app, clerk, person, &report, caller).await?;
            }
        }
        Ok(())
    }

    /// Moves: one waits here for an answer, one waits elsewhere, one was accepted, one refused.
    async fn moves(&self, [waiting, accepted, refused]: [i64; 3]) -> Result<(), Problem> {
        let (here, there) = (self.who("coordinator")?, self.who("coordinator2")?);
        let caller = Caller::Page;
        let (app, before) = (self.ago(2)?, self.ago(20)?);
        let to = |actor: &Actor| (Some(actor.org_id), "已搬到对方社区居住");
        moves::propose(&app, here, waiting, to(there), caller).await?;
        let id = moves::propose(&before, here, accepted, to(there), caller).await?;
        moves::accept(&self.ago(18)?, there, (id, 1), caller).await?;
        let id = moves::propose(&before, here, refused, to(there), caller).await?;
        let why = "本人仍住原址，暂不接收";
        moves::refuse(&self.ago(17)?, there, (id, 1), why, caller).await?;
        if let Some(incoming) = self.people("990101002001", Living::Here).await?.first() {
            moves::propose(&app, there, *incoming, to(here), caller).await?;
        }
        Ok(())
    }

    /// What is kept of people: changes, marks, relatives, health, numbers seen for a reason.
    async fn kept(&self, [changed, marked, looked_at]: [i64; 3]) -> Result<(), Problem> {
        let (clerk, caller) = (self.who("coordinator")?, Caller::Page);
        for (n_days, place) in [(40, "桂园示范社区12号楼3单元"), (6, "桂园示范社区7号楼1单元")]
        {
            let app = self.ago(n_days)?;
            let person = registry::find(&mut app.db.clone(), &clerk.scope(), changed).await?;
            let new = NewPerson { address: place.to_owned(), ..person.fields() };
            let wish = edit::Wish { version: person.version, new, away_since: None };
            edit::change(&app, clerk, changed, &wish, caller).await?;
        }
        let setting = |mark, n_days, evidence: &str| marks::Setting {
            mark: Some(mark),
            since: Some(self.day(n_days)),
            evidence: evidence.to_owned(),
        };
        let poor = setting(Mark::Disabled, 25, "残疾人证（虚构）");
        passed(marks::set(&self.ago(25)?, clerk, marked, &poor, caller).await)?;
        let niece = NewRelative {
            name: "赵小松".to_owned(),
            relation: "nephew".to_owned(),
            phone: "19900000001".to_owned(),
            contact_rank: Some(3),
            ..NewRelative::default()
        };
        relatives::add(&self.ago(14)?, clerk, marked, &niece, caller).await?;
        let note = "行动不便，需要陪护（虚构）";
        let on = Some(self.day(14));
        crate::people::health_pages::keep(&self.ago(14)?, clerk, marked, (on, note)).await?;
        reveal::reveal(&self.ago(3)?, clerk, looked_at, "核对养老金发放账户", caller).await?;
        Ok(())
    }

    /// A death and a departure of these days.
    async fn gone(&self, [dead, gone]: [i64; 2]) -> Result<(), Problem> {
        let (clerk, caller) = (self.who("coordinator")?, Caller::Page);
        let told = death::Told {
            version: None,
            on: Some(self.day(4)),
            source: "family".to_owned(),
            note: "家属到站告知（虚构）".to_owned(),
        };
        let seen = (&told, death::Doubts::Seen);
        passed(death::record(&self.ago(2)?, clerk, dead, seen, caller).await)?;
        let told = left::Told {
            version: None,
            on: Some(self.day(10)),
            why: "moved_out".to_owned(),
            place: "外省示范市退管机构（虚构）".to_owned(),
            note: String::new(),
        };
        passed(left::record(&self.ago(10)?, clerk, gone, &told, caller).await)
    }

    /// Visits entrusted to others: overdue, open, answered; and one that others ask of us.
    async fn entrusted(&self) -> Result<(), Problem> {
        let street = self.who("street_clerk")?;
        let away = self.people("990101001", Living::Elsewhere).await?;
        let outside = "外省示范市社会保险中心（虚构）";
        let ask = |person, n_days: i64| Ask {
            person,
            to_name: outside.to_owned(),
            to_contact: "退管科，寄挂号信".to_owned(),
            wish: "请代为上门看望，了解生活和身体状况".to_owned(),
            answer_by: Some(self.day(n_days)),
            ..Ask::default()
        };
        let caller = visits::Caller::Page;
        for (person, (asked, answer_by)) in away.iter().zip([(40, 10), (5, -20), (35, 5)]) {
            let app = self.ago(asked)?;
            let id = entrust::ask(&app, street, ask(*person, answer_by), caller).await?;
            if answer_by == 5 {
                let on = self.day(15);
                let mut report = Report::ordinary(on, "受托机构工作人员（虚构）");
                report.away = Some(Away::OtherProvince);
                let words = "已上门看望，身体状况良好，生活能自理".to_owned();
                let reply = Reply { version: 1, report, words };
                passed(entrust::answer(&self.ago(12)?, street, id, reply, caller).await)?;
            }
        }
        let (west, here) = (self.who("office_clerk2")?, self.who("coordinator")?);
        if let Some(person) = self.people("990102", Living::Elsewhere).await?.first() {
            let asked = Ask { to_org: Some(here.org_id), ..ask(*person, -12) };
            entrust::ask(&self.ago(3)?, west, asked, caller).await?;
        }
        Ok(())
    }
}
