//! `law list`, `law show`: the law as the pages show it, for scripts and for reading.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use jiff::civil::Date;
use rules::law::Law;
use serde_json::json;

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
    /// 试算：一项新规定会使哪些应办事项增加、取消或改期（不写入）
    WhatIf(super::what_if::WhatIf),
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
    let text = match wish {
        Wish::WhatIf(asked) => return super::what_if::what_if(place, asked).await,
        Wish::List { scope } => {
            let (law, on) = law_on(place, scope).await?;
            if scope.json { format!("{}\n", json!(law_out(&law, on))) } else { list(&law, on)? }
        }
        Wish::Show { rule, scope } => {
            let (law, on) = law_on(place, scope).await?;
            show(&law, rule, on, scope)?
        }
    };
    // A reader that has read enough (`| head`) is no fault of ours to panic about.
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

async fn law_on(place: &Place, scope: &Scope) -> anyhow::Result<(Law, Date)> {
    let today = place.today.unwrap_or_else(|| kernel::Clock::default().today());
    Ok((law_of(place, scope.org.as_deref()).await?, scope.on.unwrap_or(today)))
}

/// National law needs no database; local figures do.
async fn law_of(place: &Place, org: Option<&str>) -> anyhow::Result<Law> {
    let Some(org) = org else {
        return Ok(Law::embedded()?);
    };
    let db = place.open_existing()?;
    prepare(&db).await?;
    let laws = LawsCache::new()?.current(&db).await?;
    Ok(laws.law(org).clone())
}

fn list(law: &Law, on: Date) -> anyhow::Result<String> {
    let (out, mut text) = (law_out(law, on), String::new());
    for rule in out.rules {
        writeln!(text, "{}\t{}\t{}\t{}", rule.id, rule.name, rule.from, rule.cite)?;
    }
    for figure in out.figures {
        if let Some(now) = figure.in_force {
            let (from, cite) = (now.from, now.cite);
            let value = format!("{}{}", now.value, figure.unit);
            writeln!(text, "{}\t{}\t{value}\t{from}\t{cite}", figure.id, figure.name)?;
        }
    }
    Ok(text)
}

fn show(law: &Law, id: &str, on: Date, scope: &Scope) -> anyhow::Result<String> {
    let Some(out) = item_out(law, id, on) else {
        anyhow::bail!("没有编号为“{id}”的规则或标准，请用 songhe law list 查看编号");
    };
    if scope.json {
        return Ok(format!("{}\n", json!(out)));
    }
    let mut text = String::new();
    if let Some(figure) = &out.figure {
        writeln!(text, "{}（{}）", figure.name, figure.id)?;
        for entry in &figure.entries {
            text.push_str(&in_words(entry, &figure.unit));
        }
    }
    for rule in &out.versions {
        let holds = out.rule.as_ref().is_some_and(|now| now.from == rule.from);
        text.push_str(&rule_in_words(rule, if holds { "　现行" } else { "" }));
    }
    Ok(text)
}

fn in_words(entry: &EntryOut, unit: &str) -> String {
    let head = format!("自 {} 起：{}{unit}", entry.from, entry.value);
    format!("{head}\n  依据：{}\n  原文：{}\n", entry.cite, entry.quote)
}

fn rule_in_words(rule: &RuleOut, holds: &str) -> String {
    let head = format!("{}（{}）自 {} 起{holds}", rule.name, rule.id, rule.from);
    let body = format!("  说明：{}\n  依据：{}\n  原文：{}", rule.explains, rule.cite, rule.quote);
    format!("{head}\n{body}\n")
}
