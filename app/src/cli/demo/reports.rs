//! The months that a demo has reported: all are done but the last two, which are on their way.

use jiff::civil::Date;
use kernel::{Actor, Db, Problem, Scope};
use rules::days::{add_days, first_of_next_month};

use crate::people::Caller;
use crate::state::App;
use crate::statistics::flow::{self, Which};
use crate::statistics::{Month, Unit, tree};
use crate::web::Shared;

/// Reports every month of a made-up city since it began.
///
/// # Errors
/// Whatever the database says.
pub async fn report(
    db: &Db,
    operator: &Actor,
    (begun_on, today): (Date, Date),
) -> anyhow::Result<()> {
    let app = App::new(db.clone(), None)?;
    let everything = Scope::below("");
    let this_month = Month::of(today, today);
    let past = (1..).map(|n| (n, this_month.back(n, today)));
    let past: Vec<_> = past.take_while(|(_, month)| month.last_on >= begun_on).collect();
    for (n, month) in past.into_iter().rev() {
        let filing = Filing { app: &app, operator, month: &month, today };
        let stations = tree::stations(&mut db.clone(), &everything, &month).await?;
        for (at, station) in stations.iter().enumerate() {
            filing.station(station, if n == 1 { at % 7 } else { 0 }).await?;
        }
        if n == 1 {
            continue;
        }
        for cities in units(db, &month, 4).await? {
            for district in tree::children(&mut db.clone(), &cities, &month).await? {
                for street in tree::children(&mut db.clone(), &district, &month).await? {
                    filing.submit(&street, 7).await?;
                    filing.accept(&street, 8).await?;
                }
                filing.submit(&district, 9).await?;
                if n > 2 {
                    filing.accept(&district, 10).await?;
                }
            }
        }
    }
    Ok(())
}

/// The open offices whose codes have so many digits.
async fn units(db: &Db, month: &Month, n_digits: usize) -> Result<Vec<Unit>, Problem> {
    let mut found = Vec::new();
    for station in tree::stations(&mut db.clone(), &Scope::below(""), month).await? {
        let code = station.code.get(..n_digits).unwrap_or_default().to_owned();
        if !found.iter().any(|unit: &Unit| unit.code == code) {
            found.push(tree::of_code(&mut db.clone(), &code).await?);
        }
    }
    Ok(found)
}

struct Filing<'a> {
    app: &'a Shared,
    operator: &'a Actor,
    month: &'a Month,
    today: Date,
}

impl Filing<'_> {
    /// The operator in the place of somebody of an organisation; who submits is another one than
    /// who accepts.
    fn actor(&self, org: &str, account: i64) -> Actor {
        let mut actor = self.operator.clone();
        org.clone_into(&mut actor.org);
        actor.account = account;
        if account == 0 { "协理员（虚构）" } else { "经办人（虚构）" }.clone_into(&mut actor.name);
        actor
    }

    fn which(&self, unit: &Unit, day: i64, version: i64) -> Which<'_> {
        let on = add_days(first_of_next_month(self.month.first_on), day - 1).min(self.today);
        Which { month: &self.month.code, org: unit.id, version, on }
    }

    async fn submit(&self, unit: &Unit, day: i64) -> Result<(), Problem> {
        let (actor, which) = (self.actor(&unit.code, 0), self.which(unit, day, 0));
        flow::submit(self.app, &actor, which, Caller::Page).await.map(|_| ())
    }

    async fn accept(&self, unit: &Unit, day: i64) -> Result<(), Problem> {
        let actor = self.above(unit).await?;
        let which = self.which(unit, day, 1);
        flow::accept(self.app, &actor, which, Caller::Page).await.map(|_| ())
    }

    async fn above(&self, unit: &Unit) -> Result<Actor, Problem> {
        let above = tree::superior(&mut self.app.db.clone(), unit).await?;
        Ok(self.actor(above.as_ref().map_or("", |above| &above.code), -1))
    }

    /// Most stations are done; one of seven waits, one was returned, one has not reported.
    async fn station(&self, unit: &Unit, fate: usize) -> Result<(), Problem> {
        if fate == 5 {
            return Ok(());
        }
        self.submit(unit, if fate == 4 { 6 } else { 3 }).await?;
        match fate {
            1 => Ok(()),
            3 => {
                let (actor, which) = (self.above(unit).await?, self.which(unit, 6, 1));
                let why = "月底的几次走访还没有补录，请补录后重新上报";
                flow::give_back(self.app, &actor, which, why, Caller::Page).await.map(|_| ())
            }
            _ => self.accept(unit, 6).await,
        }
    }
}
