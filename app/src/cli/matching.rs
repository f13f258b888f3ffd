//! `match FILE`: a list from outside against the registry. Pairs with what speaks for them; nothing
//! is written but that the registry was looked through.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kernel::{Actor, Problem, Scope};
use linkage::{Born, Class, Matcher, Pair, Record};
use rules::identity::{Mask, mask};
use serde_json::{Value, json};
use sheets::{Content, CsvCode, CsvOut, Field, Flow, LeadingSign, RowIn, RowKind, SheetError};

use super::Place;
use super::accounts::Told;
use crate::accounts::posts;
use crate::codes::name_of;
use crate::registry::{self, codes, linking};
use crate::web::Shared;
use crate::{deeds, names, orgs};

/// A list to be matched.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 对方的名单：.xlsx、.xls、.ods 或 .csv，有姓名一列即可
    file: PathBuf,
    /// 只与这个机构及下级的人员比对
    #[arg(long)]
    org: Option<String>,
    /// 结果写到这个 CSV 文件
    #[arg(long)]
    out: Option<PathBuf>,
    /// 在标准输出给出 JSON
    #[arg(long)]
    json: bool,
}

/// Columns by which people of a list are told apart; others are left alone.
const FIELDS: &[Field] = &[
    Field {
        content: Content::Name,
        ..Field::new(
            "name",
            "姓名",
            &[
                "死者姓名",
                "死亡人员姓名",
                "逝者姓名",
                "亡者姓名",
                "亡故人员姓名",
                "人员姓名",
                "名字",
                "参保人姓名",
                "患者姓名",
                "AAC003",
            ],
        )
    },
    Field {
        content: Content::Identity,
        ..Field::new(
            "number",
            "证件号码",
            &[
                "身份证号",
                "身份证号码",
                "公民身份号码",
                "身份证",
                "死者身份证号",
                "死亡人员身份证号",
                "居民身份证号码",
                "证件号",
                "社会保障号码",
                "AAC147",
                "AAC002",
            ],
        )
    },
    Field { content: Content::Sex, ..Field::new("sex", "性别", &["男女", "AAC004"]) },
    Field::new(
        "born",
        "出生日期",
        &["出生年月", "出生年月日", "生日", "出生时间", "出生年份", "AAC006"],
    ),
];
/// Rows in which the titles are looked for.
const N_LOOK: usize = 60;
/// A list has at most so many rows.
const MOST: usize = 1_000_000;
/// People who are read in one trip.
const N_PEOPLE: i64 = 5_000;

/// A row of the list: where it stands, and the name as it is written.
#[derive(Clone, Debug)]
struct Line {
    sheet: String,
    row: u32,
    name: String,
}

/// Matches a list.
///
/// # Errors
/// When the database cannot be opened.
pub async fn run(place: &Place, wish: &Wish) -> anyhow::Result<ExitCode> {
    let app = super::duties::open(place).await?;
    match matched(&app, wish).await {
        Ok(told) => {
            if wish.json {
                println!("{told}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => {
            super::tell(&problem, if wish.json { Told::Json } else { Told::Lines });
            Ok(ExitCode::from(1))
        }
    }
}

async fn matched(app: &Shared, wish: &Wish) -> Result<Value, Problem> {
    let mut operator = Actor::operator(posts::operator());
    if let Some(code) = &wish.org {
        if orgs::store::head(&mut app.db.clone(), code).await?.is_none() {
            return Err(Problem::field("org", format!("没有代码为“{code}”的机构，请核对")));
        }
        operator.org.clone_from(code);
    }
    let (path, scope) = (wish.file.clone(), operator.scope());
    let read = tokio::task::spawn_blocking(move || list(&path)).await;
    let (lines, records) = read.map_err(anyhow::Error::from)??;
    let (pairs, n_people) = against(app, &scope, records).await?;
    let act = app.db.begin(operator.permit(deeds::PEOPLE_IMPORT)?, app.today()).await?;
    let counts = counted(&pairs);
    let detail = format!("比对外来名单：{}行，{}", lines.len(), in_words(&counts));
    act.commit_noting("match", "", &detail).await?;
    eprintln!("册内{n_people}人，{detail}");
    let pairs = told(app, &scope, (&lines, &pairs)).await?;
    if let Some(out) = &wish.out {
        write(out, &pairs)?;
        eprintln!("已写到 {}", out.display());
    }
    let rows: std::collections::BTreeSet<u64> =
        pairs.iter().filter_map(|pair| pair["line"].as_u64()).collect();
    Ok(json!({
        "rows": lines.len(), "people": n_people,
        "certain": counts[&Class::Certain], "probable": counts[&Class::Probable],
        "possible": counts[&Class::Possible], "unmatched": lines.len() - rows.len(),
        "pairs": pairs,
    }))
}

fn counted(pairs: &[Pair]) -> BTreeMap<Class, usize> {
    let mut counts =
        BTreeMap::from([(Class::Certain, 0), (Class::Probable, 0), (Class::Possible, 0)]);
    for pair in pairs {
        *counts.entry(pair.class).or_default() += 1;
    }
    counts
}

fn in_words(counts: &BTreeMap<Class, usize>) -> String {
    let words: Vec<String> =
        counts.iter().map(|(class, n)| format!("{}{n}对", class.name())).collect();
    words.join("、")
}

/// The rows of the first sheet that has a column of names.
fn list(path: &Path) -> Result<(Vec<Line>, Vec<Record>), Problem> {
    let unreadable = |cause: SheetError| crate::exchange::run::unreadable(&cause);
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    let mut book = sheets::open(path, &name).map_err(unreadable)?;
    let known: Vec<String> = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    for sheet in known {
        let mut rows: Vec<RowIn> = Vec::new();
        let taken = book.rows::<SheetError>(&sheet, &mut |row| {
            rows.push(row);
            Ok(if rows.len() > MOST + N_LOOK { Flow::Stop } else { Flow::Go })
        });
        taken.map_err(unreadable)?;
        let head = &rows[..rows.len().min(N_LOOK)];
        let Some(header) = sheets::find_header(head, FIELDS) else { continue };
        let below: Vec<RowIn> =
            head.iter().filter(|row| row.number > header.last_row).cloned().collect();
        let mapping = sheets::map(&header, FIELDS, &below);
        let Some(at) = mapping.column("name") else { continue };
        if rows.len() > MOST {
            let says = format!("名单超过 {MOST} 行，请分成几个文件");
            return Err(Problem::refused("too-many-rows", says));
        }
        let columns = ["number", "sex", "born"].map(|key| mapping.column(key));
        let data = rows.iter().filter(|row| row.number > header.last_row);
        let data = data.filter(|row| sheets::row_kind(row, &header) == RowKind::Data);
        return Ok(data.filter_map(|row| line(&sheet, row, (at, columns))).unzip());
    }
    Err(Problem::refused("no-name", "没有找到姓名这一列，请核对表头"))
}

fn line(sheet: &str, row: &RowIn, (name, rest): (u32, [Option<u32>; 3])) -> Option<(Line, Record)> {
    let [number, sex, born] = rest.map(|column| column.map_or("", |at| row.text(at)).trim());
    let name = registry::tidy_name(row.text(name));
    if name.is_empty() && number.is_empty() {
        return None;
    }
    let born = match (sheets::clean::day(born).map(|day| day.value), born.parse()) {
        (Some(sheets::Day::On(day)), _) => Born::Day(day),
        (Some(sheets::Day::Month { year, month }), _) => Born::Month(year, month),
        (None, Ok(year @ 1850..=2100)) => Born::Year(year),
        (None, _) => Born::Unknown,
    };
    let sex = match sex {
        "男" | "男性" | "1" => 1,
        "女" | "女性" | "2" => 2,
        _ => 0,
    };
    let record = Record {
        sound: names::person(&name).pinyin,
        number: number.to_owned(),
        name: name.clone(),
        born,
        sex,
    };
    Some((Line { sheet: sheet.to_owned(), row: row.number, name }, record))
}

/// Streams the registry past the list.
async fn against(
    app: &Shared,
    scope: &Scope,
    records: Vec<Record>,
) -> Result<(Vec<Pair>, u64), Problem> {
    // One state of the database, on a connection of its own: pages are not kept waiting.
    let db = app.db.as_it_is().await?;
    let (mut matcher, mut after, mut n) = (Matcher::new(records), 0, 0);
    loop {
        let people = linking::people(&db, scope, (after, N_PEOPLE)).await?;
        let Some((last, _)) = people.last() else { break };
        (after, n) = (*last, n + people.len() as u64);
        let seen = tokio::task::spawn_blocking(move || {
            for (id, person) in &people {
                matcher.see(*id, person);
            }
            matcher
        });
        matcher = seen.await.map_err(anyhow::Error::from)?;
    }
    let weighed = tokio::task::spawn_blocking(move || matcher.finish()).await;
    Ok((weighed.map_err(anyhow::Error::from)?, n))
}

/// The pairs with what the registry knows of the person.
async fn told(
    app: &Shared,
    scope: &Scope,
    (lines, pairs): (&[Line], &[Pair]),
) -> Result<Vec<Value>, Problem> {
    let mut db = app.db.clone();
    let mut stations: BTreeMap<i64, String> = BTreeMap::new();
    let mut all = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let person = registry::find(&mut db, scope, pair.person).await?;
        if let Entry::Vacant(station) = stations.entry(person.station) {
            let found = orgs::store::find(&mut db, person.station).await?;
            station.insert(found.map_or_else(String::new, |org| org.name));
        }
        let says: Vec<Value> = pair
            .says
            .iter()
            .map(|(words, bits)| json!({"says": words, "bits": format!("{bits:+.1}")}))
            .collect();
        let line = &lines[pair.row];
        all.push(json!({
            "line": pair.row, "sheet": line.sheet, "row": line.row, "name": line.name,
            "person": pair.person, "person_name": person.name,
            "id_number": mask(&person.id_number, Mask::First3Last4),
            "born_on": person.born_on.map(|on| on.to_string()),
            "station": stations.get(&person.station), "status": person.status,
            "class": pair.class.code(), "class_name": pair.class.name(),
            "probability": format!("{:.6}", pair.probability),
            "score": format!("{:.1}", pair.weight), "explanation": says,
        }));
    }
    Ok(all)
}

fn write(path: &Path, pairs: &[Value]) -> Result<(), Problem> {
    let unwritten = |cause: &dyn std::fmt::Display| {
        let says = format!("不能写到 {}，请核对文件夹和剩余空间（{cause}）", path.display());
        Problem::refused("unwritable", says)
    };
    let titles = [
        "工作表",
        "行号",
        "名单姓名",
        "把握",
        "概率",
        "册内姓名",
        "证件号码",
        "所属社区",
        "状态",
        "凭什么",
    ];
    let file = File::create(path).map_err(|cause| unwritten(&cause))?;
    let to = BufWriter::new(file);
    let mut out = CsvOut::create(to, &titles, CsvCode::Utf8, LeadingSign::Apostrophe)
        .map_err(|cause| unwritten(&cause))?;
    for pair in pairs {
        let text = |key: &str| pair[key].as_str().unwrap_or_default().to_owned();
        let because = pair["explanation"].as_array().map_or_else(String::new, |all| {
            let one = |part: &Value| {
                let of = |key: &str| part[key].as_str().unwrap_or_default().to_owned();
                format!("{}（{}）", of("says"), of("bits"))
            };
            all.iter().map(one).collect::<Vec<_>>().join("；")
        });
        let status = text("status");
        let cells = [
            text("sheet"),
            pair["row"].to_string(),
            text("name"),
            text("class_name"),
            text("probability"),
            text("person_name"),
            text("id_number"),
            text("station"),
            name_of(codes::STATUSES, &status).to_owned(),
            because,
        ];
        out.push(&cells.each_ref().map(String::as_str)).map_err(|cause| unwritten(&cause))?;
    }
    out.finish().map_err(|cause| unwritten(&cause))?;
    Ok(())
}
