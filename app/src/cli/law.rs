//! `law list`, `law show`: the law as the pages show it, for scripts and for reading.

use std::process::ExitCode;

use jiff::civil::Date;
use rules::law::Law;

use super::Place;
use super::setup::prepare;
use crate::law::api::{EntryOut, RuleOut, item_out, law_out};
use crate::policies::LawsCache;

/// What is asked of the law.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Wish {
    /// 列出今日（或某日）有效的规则和标准
    List {
        #[command(flatten)]
        scope: Scope,
    },
    /// 显示一条规则或一项标准的各个版本，连同原文
    Show {
        /// 规则或标准的编号，例如 base.card
        rule: String,
        #[command(flatten)]
        scope: Scope,
    },
}

/// Which day's law, in which place, in which form.
#[derive(clap::Args, Clone, Debug)]
pub struct Scope {
    /// 哪一天的规定（默认今日）
    #[arg(long)]
    on: Option<Date>,
    /// 区划代码；写明时从数据库读取该地经审批的本地标准
    #[arg(long)]
    org: Option<String>,
    /// 输出一个 JSON 文档
    #[arg(long)]
    json: bool,
}

pub async fn law(place: &Place, wish: &Wish) -> anyhow::Result<ExitCode> {
    let (Wish::List { scope } | Wish::Show { scope, .. }) = wish;
    let today = place.today.unwrap_or_else(|| kernel::Clock::default().today());
    let (law, on) = (law_of(place, scope.org.as_deref()).await?, scope.on.unwrap_or(today));
    match wish {
        Wish::List { scope } if scope.json => print_json(&law_out(&law, on)),
        Wish::List { .. } => list(&law, on),
        Wish::Show { rule, scope } => return show(&law, rule, on, scope),
    }
    Ok(ExitCode::SUCCESS)
}

/// National law needs no database; local figures do.
async fn law_of(place: &Place, org: Option<&str>) -> anyhow::Result<Law> {
    let Some(org) = org else {
        return Ok(Law::embedded()?);
    };
    let db = place.open()?;
    prepare(&db).await?;
    let laws = LawsCache::new()?.current(&db).await?;
    Ok(laws.law(org).clone())
}

fn print_json(document: &impl serde::Serialize) {
    println!("{}", serde_json::json!(document));
}

fn list(law: &Law, on: Date) {
    let out = law_out(law, on);
    for rule in out.rules {
        println!("{}\t{}\t{}\t{}", rule.id, rule.name, rule.from, rule.cite);
    }
    for figure in out.figures {
        if let Some(now) = figure.in_force {
            let value = format!("{}{}", now.value, figure.unit);
            println!("{}\t{}\t{value}\t{}\t{}", figure.id, figure.name, now.from, now.cite);
        }
    }
}

fn show(law: &Law, id: &str, on: Date, scope: &Scope) -> anyhow::Result<ExitCode> {
    let Some(out) = item_out(law, id, on) else {
        anyhow::bail!("没有编号为“{id}”的规则或标准，请用 songhe law list 查看编号");
    };
    if scope.json {
        print_json(&out);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(figure) = &out.figure {
        println!("{}（{}）", figure.name, figure.id);
        figure.entries.iter().for_each(|entry| print_entry(entry, &figure.unit));
    }
    for rule in &out.versions {
        let holds = out.rule.as_ref().is_some_and(|now| now.from == rule.from);
        print_rule(rule, if holds { "　现行" } else { "" });
    }
    Ok(ExitCode::SUCCESS)
}

fn print_entry(entry: &EntryOut, unit: &str) {
    println!("自 {} 起：{}{unit}", entry.from, entry.value);
    println!("  依据：{}\n  原文：{}", entry.cite, entry.quote);
}

fn print_rule(rule: &RuleOut, holds: &str) {
    println!("{}（{}）自 {} 起{holds}", rule.name, rule.id, rule.from);
    println!("  说明：{}\n  依据：{}\n  原文：{}", rule.explains, rule.cite, rule.quote);
}
