//! `duties list|verify|rebuild`: what is owed, proof that stored = derived.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use kernel::{Actor, Scope};
use serde_json::json;

use super::Place;
use super::setup::prepare;
use crate::accounts::posts;
use crate::duties::derive::{self, Difference};
use crate::duties::lists::{self, Filter, Which};
use crate::duties::shown::{self, About, DutyOut};
use crate::duties::verify;
use crate::state::App;
use crate::web::Shared;

#[derive(Subcommand)]
pub enum Duties {
    /// 列出应办事项
    List(List),
    /// 核对：存的与推出的逐项一致；不一致时退出码为 1
    Verify,
    /// 全部删去，按事实重新推出
    Rebuild,
}

#[derive(Args)]
pub struct List {
    /// 只列这个机构及其下级
    #[arg(long, default_value = "")]
    org: String,
    /// 这一天的情形（按现在已知的事实推出）
    #[arg(long)]
    on: Option<Date>,
    /// open 未办（含逾期）、overdue 逾期、missed 错过、settled 已办
    #[arg(long, default_value = "open", value_parser = ["open", "overdue", "missed", "settled"])]
    state: String,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// Runs a command of `duties`.
///
/// # Errors
/// Whatever the database says.
pub async fn run(place: &Place, command: Duties) -> anyhow::Result<ExitCode> {
    let app = open(place).await?;
    match command {
        Duties::List(wish) => list(&app, &wish).await,
        Duties::Verify => verify(&app).await,
        Duties::Rebuild => rebuild(&app).await,
    }
}

pub(super) async fn open(place: &Place) -> anyhow::Result<Shared> {
    let db = place.open_existing()?;
    prepare(&db).await?;
    Ok(App::new(db, None)?)
}

async fn list(app: &Shared, wish: &List) -> anyhow::Result<ExitCode> {
    let day = wish.on.unwrap_or_else(|| app.today());
    let mut out = Printer::begin(wish, day)?;
    let which = Which::from_code(&wish.state).unwrap_or_default();
    // What has ended in a whole district is too much to sort: it comes person by person.
    if day == app.today() && (which.is_open() || wish.org.len() >= 9) {
        listed(app, wish, &mut out).await?;
    } else {
        streamed(app, wish, day, &mut out).await?;
    }
    out.end()?;
    Ok(ExitCode::SUCCESS)
}

/// What is stored, a page at a time.
async fn listed(app: &Shared, wish: &List, out: &mut Printer) -> anyhow::Result<()> {
    let which = Which::from_code(&wish.state).unwrap_or_default();
    let yesterday = rules::days::add_days(app.today(), -1);
    let filter = Filter {
        scope: Scope::below(&wish.org),
        which,
        rule: None,
        owner: None,
        from: None,
        until: (which == Which::Overdue).then_some(yesterday),
    };
    let laws = app.laws().await?;
    let mut after = None;
    loop {
        let listing = lists::list(&app.db, &filter, after.as_ref(), 1_000).await?;
        for of in &listing.rows {
            out.duty(&shown::listed(of, &laws, app.today()))?;
        }
        after = listing.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// What is stored, or for another day what follows from what is known now, person by person.
async fn streamed(app: &Shared, wish: &List, day: Date, out: &mut Printer) -> anyhow::Result<()> {
    let which = Which::from_code(&wish.state).unwrap_or_default();
    let (scope, laws) = (Scope::below(&wish.org), app.laws().await?);
    let (codes, mut at) = (derive::codes(&app.db).await?, 0);
    loop {
        let people = derive::batch(&app.db, at, 2_000).await?;
        let Some(last) = people.last() else {
            return Ok(());
        };
        at = last.held.id;
        for one in &people {
            let duties = if day == app.today() {
                one.stored.iter().map(|(stored, _)| stored.duty).collect()
            } else {
                one.derived(&laws, day)?
            };
            for duty in duties {
                let org = one.org_of(&codes, &duty);
                if scope.covers(org) && which.holds(duty.state, duty.due_on, day) {
                    let about = About { id: None, person: one.held.id, name: "", org };
                    out.duty(&shown::out(&duty, &about, &laws, day))?;
                }
            }
        }
    }
}

/// Writes duties as they come: one JSON document, or a line each.
struct Printer {
    out: BufWriter<std::io::Stdout>,
    json: bool,
    n: u64,
}

impl Printer {
    fn begin(wish: &List, day: Date) -> anyhow::Result<Self> {
        let mut out = BufWriter::new(std::io::stdout());
        if wish.json {
            let (on, state) = (json!(day.to_string()), json!(wish.state));
            write!(out, "{{\"on\":{on},\"state\":{state},\"duties\":[")?;
        }
        Ok(Self { out, json: wish.json, n: 0 })
    }

    fn duty(&mut self, duty: &DutyOut) -> anyhow::Result<()> {
        if self.json {
            if self.n > 0 {
                self.out.write_all(b",\n")?;
            }
            serde_json::to_writer(&mut self.out, duty)?;
        } else {
            let DutyOut { person, rule_name, org, due_on, state, .. } = duty;
            writeln!(self.out, "{due_on}\t{org}\t{person}\t{rule_name}\t{state}")?;
        }
        self.n += 1;
        Ok(())
    }

    fn end(mut self) -> anyhow::Result<()> {
        if self.json {
            writeln!(self.out, "],\"n\":{}}}", self.n)?;
        } else {
            eprintln!("共 {} 项", self.n);
        }
        self.out.flush()?;
        Ok(())
    }
}

async fn verify(app: &Shared) -> anyhow::Result<ExitCode> {
    let found = verify::verify(app, 20).await?;
    let (n_people, n_duties) = (found.n_people, found.n_duties);
    println!("{n_people} 人，{n_duties} 项，{} 项不一致", found.n_different);
    for (person, difference) in &found.examples {
        println!("{}", in_words(*person, difference));
    }
    if found.n_different == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("请运行 songhe duties rebuild 后再核对");
    Ok(ExitCode::from(1))
}

fn in_words(person: i64, difference: &Difference) -> String {
    let (what, duty) = match difference {
        Difference::Missing(duty) => ("应有而未存".to_owned(), duty),
        Difference::Extra(stored) => (format!("第{}项不应有", stored.id), &stored.duty),
        Difference::Changed { stored, derived } => {
            let words = format!("第{}项应为{derived:?}，存为", stored.id);
            (words, &stored.duty)
        }
        Difference::Misplaced { stored, org } => {
            (format!("第{}项应计入{org}", stored.id), &stored.duty)
        }
    };
    format!("人员{person}：{what}：{duty:?}")
}

async fn rebuild(app: &Shared) -> anyhow::Result<ExitCode> {
    let operator = Actor::operator(posts::operator());
    let told = |n: i64| {
        if n % 50_000 < 2_000 {
            eprintln!("{n} 人");
        }
    };
    let done = verify::rebuild(app, &operator, told).await?;
    println!("{} 人，{} 项", done.n_people, done.n_duties);
    Ok(ExitCode::SUCCESS)
}
