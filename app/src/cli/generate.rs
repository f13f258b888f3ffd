//! `generate`: a made-up city in files, the same for the same seed and day: organisations,
//! enterprises, a roster, its history, a list of deaths with errors and the truth about them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::Date;
use kernel::Clock;
use madeup::{CertifiedBy, DeathError, EventKind, MadeUpPerson, OrgKind, Ownership, Plan};
use madeup::{MADE_UP, VisitWay, roster_columns, roster_row};
use sheets::{ColumnOut, CsvCode, CsvOut, KindOut, LeadingSign, Lines, SheetError, XlsxOut};

/// What is to be made up.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 虚构的退休人员人数
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=madeup::MOST_PEOPLE))]
    pub people: u64,
    /// 种子：人数、种子和日期相同，得到的文件逐字节相同
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// 写到这个文件夹
    #[arg(long)]
    pub out: PathBuf,
    /// 不写 .xlsx（人数很多时更快）
    #[arg(long)]
    pub csv_only: bool,
}

/// Rows of one workbook; a sheet holds 1,048,576.
const ROWS_OF_A_BOOK: u64 = 1_000_000;

type Csv = CsvOut<BufWriter<File>>;

/// Writes the files; `today` is the day on which the city is looked at.
///
/// # Errors
/// When the folder cannot be written.
pub fn generate(today: Option<Date>, wish: &Wish) -> anyhow::Result<ExitCode> {
    let today = today.unwrap_or_else(|| Clock::default().today());
    let plan = Plan { people: wish.people, seed: wish.seed, today };
    let dir = wish.out.as_path();
    std::fs::create_dir_all(dir)?;
    places(dir, &plan)?;
    enterprises(dir, &plan)?;
    people(dir, &plan, wish.csv_only)?;
    let n_deaths = deaths(dir, &plan)?;
    std::fs::write(dir.join("README.txt"), readme(&plan, n_deaths))?;
    eprintln!("已写到 {}：{} 人，{MADE_UP}", dir.display(), wish.people);
    Ok(ExitCode::SUCCESS)
}

fn csv(dir: &Path, name: &str, titles: &[&str]) -> anyhow::Result<Csv> {
    let file = BufWriter::with_capacity(1 << 18, File::create(dir.join(name))?);
    Ok(CsvOut::create(file, titles, CsvCode::Utf8, LeadingSign::AsIs)?)
}

fn end(csv: Csv) -> anyhow::Result<()> {
    csv.finish()?.flush()?;
    Ok(())
}

/// One line a code, as `orgs import` reads it: of the bodies that share a code, the office.
fn places(dir: &Path, plan: &Plan) -> anyhow::Result<()> {
    let mut out = csv(dir, "orgs.csv", &["code", "name", "level", "parent"])?;
    for org in madeup::orgs(plan) {
        if !matches!(org.kind, OrgKind::Agency | OrgKind::Administration) {
            let level = crate::codes::level_of(&org.code).unwrap_or_default();
            out.push(&[&org.code, &org.name, level, org.parent.as_deref().unwrap_or("")])?;
        }
    }
    end(out)
}

fn enterprises(dir: &Path, plan: &Plan) -> anyhow::Result<()> {
    let titles = ["企业名称", "统一社会信用代码", "隶属关系", "是否存续", "备注"];
    let mut out = csv(dir, "enterprises.csv", &titles)?;
    for one in madeup::enterprises(plan) {
        let ownership = match one.ownership {
            Ownership::Central => "央企",
            Ownership::Province => "省企",
            Ownership::City => "市企",
            Ownership::District => "区企",
            Ownership::Private => "民营及其他",
        };
        let exists = if one.still_exists { "是" } else { "否" };
        out.push(&[&one.name, &one.credit_code, ownership, exists, MADE_UP])?;
    }
    end(out)
}

/// The roster in both forms and the history, in one pass: nobody is kept in memory.
fn people(dir: &Path, plan: &Plan, csv_only: bool) -> anyhow::Result<()> {
    let mut roster = csv(dir, "roster.csv", roster_columns())?;
    let titles = ["序号", "姓名", "身份证号", "日期", "录入日期", "社区代码", "事项", "内容"];
    let mut history = csv(dir, "history.csv", &titles)?;
    let mut books = Books { dir, plan, n_made: 0, open: None };
    for person in madeup::people(plan) {
        let row = roster_row(plan, &person);
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        roster.push(&cells)?;
        if !csv_only {
            books.push(person.index, &cells)?;
        }
        events(&mut history, plan, &person)?;
        if (person.index + 1).is_multiple_of(100_000) {
            eprintln!("已生成 {}/{} 人", person.index + 1, plan.people);
        }
    }
    books.close()?;
    end(roster)?;
    end(history)
}

fn events(out: &mut Csv, plan: &Plan, person: &MadeUpPerson) -> Result<(), SheetError> {
    let number = (person.index + 1).to_string();
    for event in madeup::history_of(plan, person) {
        let station = madeup::station_code(plan, event.station);
        let (what, detail) = words(&event.kind);
        let (on, entered_on) = (event.on.to_string(), event.entered_on.to_string());
        let who = [number.as_str(), &person.name, &person.identity];
        out.push(&[who[0], who[1], who[2], &on, &entered_on, &station, what, &detail])?;
    }
    Ok(())
}

fn words(kind: &EventKind) -> (&'static str, String) {
    let way = |way: VisitWay| match way {
        VisitWay::Home => "上门走访",
        VisitWay::Telephone => "电话走访",
        VisitWay::Entrusted => "委托走访",
    };
    let by = |by: CertifiedBy| match by {
        CertifiedBy::DataMatch => "数据比对",
        CertifiedBy::SelfService => "自助认证",
        CertifiedBy::HomeVisit => "上门走访",
    };
    match *kind {
        EventKind::Visit { way: of, findings } => (way(of), findings.to_owned()),
        EventKind::NotReached { why } => ("未联系上", why.to_owned()),
        EventKind::Hospitalised { n_days } => ("住院", format!("{n_days}天")),
        EventKind::Hardship { what } => ("困难", what.to_owned()),
        EventKind::CardIssued => ("发放联系卡", String::new()),
        EventKind::SeniorCard { age } => ("办理老年人优待证", format!("{age}岁")),
        EventKind::Certified { by: of } => ("资格认证", by(of).to_owned()),
        EventKind::Died => ("死亡", String::new()),
        EventKind::MarkSet { mark } => ("列入特殊群体", mark.label().to_owned()),
    }
}

/// `roster.xlsx`, and `roster-2.xlsx` and so on when there are more people than a sheet holds.
struct Books<'a> {
    dir: &'a Path,
    plan: &'a Plan,
    n_made: u64,
    open: Option<XlsxOut>,
}

impl Books<'_> {
    fn push(&mut self, index: u64, cells: &[&str]) -> anyhow::Result<()> {
        if index.is_multiple_of(ROWS_OF_A_BOOK) {
            self.close()?;
        }
        if self.open.is_none() {
            self.open = Some(self.begin()?);
        }
        if let Some(book) = &mut self.open {
            book.push(cells)?;
        }
        Ok(())
    }

    fn begin(&self) -> Result<XlsxOut, SheetError> {
        let column = |title: &&str| {
            let (width, kind) = match *title {
                "序号" => (8, KindOut::Int),
                "养老金（元/月）" => (14, KindOut::Money),
                "移交日期" => (12, KindOut::Day),
                "身份证号" => (21, KindOut::Text),
                "原工作单位" | "户口所在地" | "常住地" | "异地居住地" => {
                    (30, KindOut::Text)
                }
                _ => (13, KindOut::Text),
            };
            ColumnOut { title: (*title).to_owned(), width, kind }
        };
        let columns: Vec<ColumnOut> = roster_columns().iter().map(column).collect();
        let lines = Lines {
            title: Some(format!("企业退休人员基本信息表（{MADE_UP}）")),
            author: Some(MADE_UP.to_owned()),
            made_on: Some(self.plan.today),
            ..Lines::default()
        };
        XlsxOut::create("名册", &columns, lines)
    }

    fn close(&mut self) -> anyhow::Result<()> {
        let Some(book) = self.open.take() else {
            return Ok(());
        };
        self.n_made += 1;
        let name = match self.n_made {
            1 => "roster.xlsx".to_owned(),
            n => format!("roster-{n}.xlsx"),
        };
        let mut file = BufWriter::new(File::create(self.dir.join(name))?);
        book.finish(&mut file)?;
        file.flush()?;
        Ok(())
    }
}

/// The list as another office would send it, and beside it what is wrong with each row.
fn deaths(dir: &Path, plan: &Plan) -> anyhow::Result<u64> {
    let titles = ["姓名", "身份证号", "性别", "死亡日期", "备注"];
    let mut list = csv(dir, "deaths.csv", &titles)?;
    let mut truth = csv(dir, "truth.csv", &["row", "person", "identity", "died_on", "error"])?;
    let mut n_rows = 0;
    for report in madeup::deaths(plan) {
        n_rows += 1;
        let number = report.identity.as_deref().unwrap_or("");
        let died_on = report.died_on.to_string();
        list.push(&[&report.name, number, report.sex.label(), &died_on, MADE_UP])?;
        let known = report.person.map(|index| madeup::person(plan, index));
        let of = |read: fn(&MadeUpPerson) -> String| known.as_ref().map_or(String::new(), read);
        truth.push(&[
            // As a spreadsheet shows it: the titles are row 1.
            &(n_rows + 1_u64).to_string(),
            &of(|known| (known.index + 1).to_string()),
            &of(|known| known.identity.clone()),
            &of(|known| known.died_on.map_or_else(String::new, |day| day.to_string())),
            code(report.error),
        ])?;
    }
    end(list)?;
    end(truth)?;
    Ok(n_rows)
}

const fn code(error: DeathError) -> &'static str {
    match error {
        DeathError::None => "none",
        DeathError::SwappedDigits => "swapped_digits",
        DeathError::FifteenDigits => "fifteen_digits",
        DeathError::Homophone => "homophone",
        DeathError::MissingNumber => "missing_number",
        DeathError::WrongDay => "wrong_day",
        DeathError::Stranger => "stranger",
    }
}

fn readme(plan: &Plan, n_deaths: u64) -> String {
    let Plan { people, seed, today } = plan;
    format!(
        "{MADE_UP}\r\n\r\n\
         这里的机构、企业、退休人员及其经历全部由程序虚构，与任何真实的人和单位无关。\r\n\
         证件号码以 99 开头（从未分配的地区），手机号以 194 开头（从未分配的号段）。\r\n\r\n\
         人数 {people}，种子 {seed}，日期 {today}。三者相同，文件逐字节相同。\r\n\r\n\
         orgs.csv          机构：songhe orgs import orgs.csv\r\n\
         enterprises.csv   企业\r\n\
         roster.csv        名册：songhe import roster roster.csv\r\n\
         roster.xlsx       同一份名册；超过 {ROWS_OF_A_BOOK} 人时分成几个文件\r\n\
         history.csv       每个人近八个月的经历\r\n\
         deaths.csv        外来的死亡名单，{n_deaths} 行，其中有差错和不在册的人\r\n\
         truth.csv         死亡名单各行的实情：在 deaths.csv 的行号、名册序号、正确的号码和死亡日期、\
         差错种类\r\n"
    )
}
