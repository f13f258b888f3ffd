//! `compute …` and `check id`: the law's sums, dates and checks for one question at a time.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use jiff::civil::Date;
use rules::calendar::{Term, last_day};
use rules::identity::inspect;
use rules::money::Fen;
use rules::retirement::{Category, YearMonth, retirement};
use rules::survivors::{Claim, decimal, survivors};
use serde_json::{Value, json};

use super::Place;

/// What is to be computed. The answer is one JSON document, `--json` or not.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Wish {
    /// 期限的最后一日；当日不计
    Deadline(Deadline),
    /// 法定退休年龄和退休年月
    RetirementAge(RetirementAge),
    /// 丧葬补助金和抚恤金，逐行列出算式
    Survivors(Bereaved),
}

/// An event and a length of time after it.
#[derive(clap::Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("term").required(true)))]
pub struct Deadline {
    /// 起算的日期
    #[arg(long)]
    from: Date,
    /// 多少日
    #[arg(long, group = "term")]
    days: Option<u16>,
    /// 多少个工作日
    #[arg(long, group = "term")]
    working_days: Option<u16>,
    /// 输出 JSON（总是如此，写明以便脚本阅读）
    #[arg(long)]
    json: bool,
}

/// Who retires.
#[derive(clap::Args, Clone, Debug)]
pub struct RetirementAge {
    /// male、female55 或 female50
    #[arg(long, value_parser = category)]
    category: Category,
    /// 出生年月，例如 1965-01
    #[arg(long, value_parser = YearMonth::parse)]
    born: YearMonth,
    /// 输出 JSON（总是如此，写明以便脚本阅读）
    #[arg(long)]
    json: bool,
}

/// A death, and what the sums are worked out from.
#[derive(clap::Args, Clone, Debug)]
pub struct Bereaved {
    /// 去世日期
    #[arg(long)]
    died_on: Date,
    /// 上一年度全省城镇居民月人均可支配收入，单位：分
    #[arg(long)]
    base_fen: i64,
    /// 缴费月数（含视同缴费）
    #[arg(long)]
    paid_months: i64,
    /// 已领养老金月数；在职去世的不填
    #[arg(long)]
    drawn_months: Option<i64>,
    /// 个人缴费之和，单位：分；缴费不满 5 年的必填
    #[arg(long)]
    personal_contributions_fen: Option<i64>,
    /// 输出 JSON（总是如此，写明以便脚本阅读）
    #[arg(long)]
    json: bool,
}

/// What is to be checked.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Check {
    /// 证件号码：每行一个，从标准输入读取；逐行输出 号码、ok 或 bad、问题代码。退出码总为 0
    Id,
}

fn category(code: &str) -> Result<Category, String> {
    Category::from_code(code).ok_or_else(|| "请写 male、female55 或 female50".to_owned())
}

pub fn compute(wish: &Wish) -> anyhow::Result<ExitCode> {
    println!("{}", answer(wish)?);
    Ok(ExitCode::SUCCESS)
}

/// The answer, or the sentence that refuses it.
fn answer(wish: &Wish) -> anyhow::Result<Value> {
    Ok(match wish {
        Wish::Deadline(of) => {
            let days = of.days.map(Term::Days);
            let term = days.or(of.working_days.map(Term::WorkingDays)).unwrap_or(Term::Days(0));
            json!({"last_day": last_day(of.from, term)?.to_string()})
        }
        Wish::RetirementAge(of) => {
            let found = retirement(of.category, of.born);
            json!({
                "delay_months": found.delay_months,
                "age_years": found.age_years,
                "age_months": found.age_months,
                "retires_in": found.retires_in.to_string(),
                "minimum_paid_months": found.minimum_paid_months,
            })
        }
        Wish::Survivors(of) => sums(of)?,
    })
}

fn sums(of: &Bereaved) -> anyhow::Result<Value> {
    let found = survivors(&Claim {
        died_on: of.died_on,
        base: Fen(of.base_fen),
        paid_months: of.paid_months,
        drawn_months: of.drawn_months,
        personal_contributions: of.personal_contributions_fen.map(Fen),
    })?;
    let line = |line: &rules::survivors::Line| json!({"says": line.says, "cite": line.cite});
    Ok(json!({
        "months": decimal(found.twelfths),
        "funeral_fen": found.funeral.0,
        "bereavement_fen": found.bereavement.0,
        "total_fen": found.total.0,
        "working": found.working.iter().map(line).collect::<Vec<_>>(),
    }))
}

/// A line for each number that comes in.
pub fn check_ids(place: &Place) -> anyhow::Result<ExitCode> {
    let today = place.today.unwrap_or_else(|| kernel::Clock::default().today());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line?;
        writeln!(out, "{}", verdict(String::from_utf8_lossy(&line).trim_end(), today))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// `number<TAB>ok|bad<TAB>finding codes`, the codes set apart by commas.
fn verdict(number: &str, today: Date) -> String {
    let found = inspect(number, today);
    let codes: Vec<&str> = found.findings.iter().map(|finding| finding.code()).collect();
    let word = if found.is_bad() { "bad" } else { "ok" };
    format!("{number}\t{word}\t{}", codes.join(","))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use jiff::civil::date;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        wish: Wish,
    }

    fn ask(line: &str) -> Result<Value, String> {
        let line = Line::try_parse_from(line.split(' ')).map_err(|e| e.to_string())?;
        answer(&line.wish).map_err(|cause| cause.to_string())
    }

    #[test]
    fn a_deadline_is_counted_in_days_or_working_days() {
        let days = ask("compute deadline --from 2026-05-06 --days 60 --json");
        assert_eq!(days.unwrap(), json!({"last_day": "2026-07-05"}));
        let working = ask("compute deadline --from 2026-04-30 --working-days 1 --json");
        assert_eq!(working.unwrap(), json!({"last_day": "2026-05-06"}));
        assert!(ask("compute deadline --from 2026-04-30 --json").is_err());
        assert!(ask("compute deadline --from 2026-04-30 --days 1 --working-days 1").is_err());
        let unknown = ask("compute deadline --from 2031-04-30 --working-days 3").unwrap_err();
        assert!(unknown.contains("2031年的工作日历尚未录入"), "{unknown}");
    }

    #[test]
    fn the_retirement_age_is_that_of_the_table() {
        let found = ask("compute retirement-age --category male --born 1965-05 --json").unwrap();
        let expected = json!({"delay_months": 2, "age_years": 60, "age_months": 2,
            "retires_in": "2025-07", "minimum_paid_months": 180});
        assert_eq!(found, expected);
        assert!(ask("compute retirement-age --category cat --born 1965-05").is_err());
        assert!(ask("compute retirement-age --category male --born 1965").is_err());
    }

    #[test]
    fn the_sums_show_their_working() {
        let line = "compute survivors --died-on 2026-01-05 --base-fen 400000 --paid-months 360 \
                    --drawn-months 57 --json";
        let found = ask(&line.replace("  ", "")).unwrap();
        assert_eq!(found["months"], "19.25");
        assert_eq!(found["funeral_fen"], 800_000);
        assert_eq!(found["bereavement_fen"], 7_700_000);
        assert_eq!(found["total_fen"], 8_500_000);
        assert!(found["working"][0]["cite"].as_str().unwrap().contains("人社部发〔2021〕18号"));
        let early = ask("compute survivors --died-on 2021-08-31 --base-fen 1 --paid-months 360");
        assert!(early.unwrap_err().contains("按当地原标准办理"));
    }

    #[test]
    fn a_number_is_bad_only_for_form_check_digit_or_date() {
        let today = date(2026, 5, 6);
        let rows = [
            ("11010519491231002X", "11010519491231002X\tok\t"),
            ("110105194912310021", "110105194912310021\tbad\tcheck"),
            ("nonsense", "nonsense\tbad\tform"),
            ("", "\tbad\tform"),
        ];
        for (number, expected) in rows {
            assert_eq!(verdict(number, today), expected);
        }
    }
}
