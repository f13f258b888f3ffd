//! `law what-if`: every duty that would appear, move or vanish, before anything is switched on.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;
use kernel::Scope;
use serde_json::json;

use super::{Place, duties};
use crate::duties::what_if::{self, Change, Fate, Looking};

#[derive(Args, Clone, Debug)]
pub struct WhatIf {
    /// 标准文件（TOML：[[figure]] id、from、value、cite、quote），或程序内规则包的编号
    pack: String,
    /// 只试算这个市或区，文件中的标准视为当地规定（默认全部）
    #[arg(long, default_value = "")]
    org: String,
    /// 试算哪一天的情形（默认今日）
    #[arg(long)]
    on: Option<Date>,
    /// 输出 JSON（总是如此，写明以便脚本阅读）
    #[arg(long)]
    json: bool,
}

/// Lists every duty that would appear, move or vanish if the figures of a file were in force; or,
/// for a pack of the program, what came with it.
///
/// # Errors
/// When the file cannot be read, or whatever the database says.
pub async fn what_if(place: &Place, wish: &WhatIf) -> anyhow::Result<ExitCode> {
    let change = change(wish)?;
    let app = duties::open(place).await?;
    let day = wish.on.unwrap_or_else(|| app.today());
    let sides = what_if::sides(&app, change).await?;
    let mut looking = Looking::begin(&app, sides, &Scope::below(&wish.org), day).await?;
    let mut out = BufWriter::new(std::io::stdout());
    let mut counts: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    let mut joint = "";
    write!(out, "{{\"on\":{},\"duties\":[", json!(day.to_string()))?;
    while let Some(fates) = looking.next().await? {
        for (person, fate) in fates {
            let place = match fate {
                Fate::Appears(_) => 0,
                Fate::Moves { .. } => 1,
                Fate::Vanishes(_) => 2,
            };
            counts.entry(fate.rule().id()).or_default()[place] += 1;
            out.write_all(joint.as_bytes())?;
            joint = ",\n";
            serde_json::to_writer(&mut out, &line(person, fate))?;
        }
    }
    let rules: serde_json::Map<String, serde_json::Value> = counts
        .iter()
        .map(|(rule, [appears, moves, vanishes])| {
            let n = json!({"appears": appears, "moves": moves, "vanishes": vanishes});
            ((*rule).to_owned(), n)
        })
        .collect();
    let rules = serde_json::Value::Object(rules);
    writeln!(out, "],\"people\":{},\"rules\":{rules}}}", looking.n_people())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A file of figures, or else the id of a pack that is part of the program.
fn change(wish: &WhatIf) -> anyhow::Result<Change> {
    let path = Path::new(&wish.pack);
    if path.is_file() {
        let figures = what_if::read_pack(&std::fs::read_to_string(path)?)?;
        return Ok(Change::Figures(wish.org.clone(), figures));
    }
    let law = rules::law::Law::embedded()?;
    if law.packs().iter().any(|known| known.id == wish.pack) {
        return Ok(Change::Pack(wish.pack.clone()));
    }
    let known: Vec<&str> = law.packs().iter().map(|pack| pack.id.as_str()).collect();
    anyhow::bail!(
        "没有文件“{}”，也没有这个编号的规则包；程序内的规则包有：{}",
        wish.pack,
        known.join("、")
    );
}

fn line(person: i64, fate: Fate) -> serde_json::Value {
    let duty = fate.duty();
    let before = match fate {
        Fate::Moves { from, .. } => Some(from.due_on.to_string()),
        Fate::Appears(_) | Fate::Vanishes(_) => None,
    };
    json!({
        "change": fate.code(), "person": person, "rule": duty.rule.id(),
        "period": duty.period, "about": duty.about, "station": duty.station,
        "due_on": duty.due_on.to_string(), "due_on_before": before,
    })
}
