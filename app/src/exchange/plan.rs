//! How a file is to be read: its sheets, their headers, and what each column is taken for.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sheets::{
    Area, Flow, Header, How, RowIn, RowKind, SheetError, Visibility, find_header, letters, row_kind,
};

use super::errors_book::is_markable;
use super::feed::{self, Event, SheetIn, Wish};
use super::kinds::{self, Kind};
use super::titles;

/// So many rows of a sheet are looked at to find its header and to know its columns.
const N_LOOKED_AT: u32 = 260;
const N_ABOVE: usize = 50;
/// A file with more columns or sheets than anybody can check is no roster.
pub const N_COLUMNS: usize = 300;
pub const N_SHEETS: usize = 200;
/// Merged cells below the header that are remembered.
const N_AREAS: usize = 20_000;
/// Columns that say nothing about a person and are left out unless somebody wants them; also those
/// of an exported list that are worked out here.
const IDLE: &[&str] = &[
    "序号",
    "行号",
    "编序",
    "no",
    "no.",
    "#",
    "错误说明",
    "导入结果/问题",
    "在管状态",
    "登记死亡日期",
    "登记转出日期",
    "最近联系日期",
    "最近生存依据日期",
];

/// What a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The key of a field of the kind of list.
    Field(&'static str),
    /// Kept beside the known fields, under its own title.
    Extra,
    Skip,
}

impl Choice {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Field(key) => key,
            Self::Extra => "+",
            Self::Skip => "-",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "+" => Some(Self::Extra),
            "-" => Some(Self::Skip),
            key => kinds::key_of(key).map(Self::Field),
        }
    }
}

/// A column as the sheets call it; sheets of one layout share it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Column {
    pub title: String,
    /// The code of a [`Choice`].
    pub choice: String,
    /// `exact`, `normalised`, `contains`, `guessed`, `remembered`, `chosen` or empty.
    pub how: String,
    /// Whether a person should look twice.
    pub doubtful: bool,
    /// At most three values.
    pub samples: Vec<String>,
    /// Where it stands first: sheet and letters.
    pub sheet: String,
    pub letters: String,
}

impl Column {
    #[must_use]
    pub fn choice(&self) -> Choice {
        Choice::parse(&self.choice).unwrap_or(Choice::Extra)
    }
}

/// A column of one sheet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    /// From 0.
    pub column: u32,
    pub leaf: String,
    /// Which of [`Plan::columns`] it is.
    pub at: usize,
}

/// A sheet with a header.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    pub first_row: u32,
    pub last_row: u32,
    pub places: Vec<Place>,
    /// What the title names; used where no column does.
    pub enterprise: String,
    pub station: String,
    /// Merged cells below the header, over several rows.
    pub areas: Vec<[u32; 4]>,
}

/// How a file is to be read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    pub columns: Vec<Column>,
    pub sheets: Vec<Sheet>,
    /// Sheets that are not read, and why.
    pub left_out: Vec<(String, String)>,
    /// Division code of the station of rows that name none.
    pub station: String,
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub batch: i64,
    /// The code of the special group of rows that name none.
    #[serde(default)]
    pub mark: String,
    /// Whether faults can be marked in the file itself.
    #[serde(default = "usual")]
    pub is_markable: bool,
}

fn usual() -> bool {
    true
}

/// What is wrong with the choices of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub at: usize,
    pub says: String,
}

impl Sheet {
    /// The header, to judge further rows by.
    #[must_use]
    pub fn header(&self) -> Header {
        let title = |place: &Place| sheets::header::Title {
            column: place.column,
            title: place.leaf.clone(),
            leaf: place.leaf.clone(),
        };
        Header {
            first_row: self.first_row,
            last_row: self.last_row,
            columns: self.places.iter().map(title).collect(),
        }
    }
}

impl Plan {
    /// What a column of a sheet is taken for.
    #[must_use]
    pub fn choice(&self, place: &Place) -> Choice {
        self.columns.get(place.at).map_or(Choice::Extra, Column::choice)
    }

    /// Whether a sheet has what a roster needs.
    #[must_use]
    pub fn is_usable(&self, sheet: &Sheet) -> bool {
        let has = |key| sheet.places.iter().any(|place| self.choice(place) == Choice::Field(key));
        self.kind.required().all(|field| has(field.key))
    }

    /// Every sheet that is not read, and why.
    #[must_use]
    pub fn unread(&self) -> Vec<(String, String)> {
        let unusable = self.sheets.iter().filter(|sheet| !self.is_usable(sheet));
        let why = |sheet: &Sheet| {
            (sheet.name.clone(), format!("没有选齐{}各列，这张表不读", self.kind.needed()))
        };
        self.left_out.iter().cloned().chain(unusable.map(why)).collect()
    }

    /// The titles of all columns: files of one sender that are laid out alike have the same.
    #[must_use]
    pub fn titles(&self) -> String {
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title.as_str()).collect();
        let titles = titles.join("\u{1f}");
        if self.kind == Kind::Roster {
            titles
        } else {
            format!("{}\u{1e}{titles}", self.kind.code())
        }
    }

    /// Takes over what somebody chose, by the number of the column.
    pub fn choose(&mut self, choices: &BTreeMap<usize, Choice>, how: &str) {
        for (at, choice) in choices {
            if let Some(column) = self.columns.get_mut(*at)
                && column.choice() != *choice
            {
                choice.code().clone_into(&mut column.choice);
                how.clone_into(&mut column.how);
                column.doubtful = false;
            }
        }
    }

    /// What stands in the way of reading the file as it was chosen.
    #[must_use]
    pub fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for sheet in &self.sheets {
            let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
            for place in &sheet.places {
                let Choice::Field(key) = self.choice(place) else { continue };
                if let Some(other) = taken.insert(key, place.at) {
                    let title = self.kind.field(key).map_or(key, |field| field.title);
                    let (one, two) = (&self.columns[other].title, &self.columns[place.at].title);
                    let says =
                        format!("“{one}”和“{two}”都选作了“{title}”，请把其中一列改成别的或不导入");
                    wrong.push(Wrong { at: place.at, says });
                }
            }
        }
        if !self.sheets.iter().any(|sheet| self.is_usable(sheet)) {
            let says = format!("没有哪张工作表选齐了{}各列，请为每项各选一列", self.kind.needed());
            wrong.push(Wrong { at: 0, says });
        }
        wrong.sort_by_key(|one| one.at);
        wrong.dedup();
        wrong
    }
}

/// Looks at the beginning of every sheet.
///
/// # Errors
/// A sentence for whoever sent the file.
pub fn look(path: &Path, name: &str, kind: Kind) -> Result<Plan, SheetError> {
    let mut beginnings: Vec<(SheetIn, Vec<RowIn>)> = Vec::new();
    let mut n_more = 0_usize;
    feed::read(path, name, Wish::Beginning(N_LOOKED_AT), &mut |event| {
        match event {
            Event::Sheet(_) if beginnings.len() >= N_SHEETS => n_more += 1,
            Event::Sheet(sheet) => beginnings.push((sheet, Vec::new())),
            Event::Row(row) if n_more == 0 => {
                if let Some((_, rows)) = beginnings.last_mut() {
                    rows.push(row);
                }
            }
            Event::Row(_) => {}
        }
        Flow::Go
    })?;
    let mut plan = Plan { kind, is_markable: is_markable(path)?, ..Plan::default() };
    let laid: Vec<(&SheetIn, Result<Laid, &str>)> =
        beginnings.iter().map(|(sheet, rows)| (sheet, lay(sheet, rows, kind))).collect();
    let is_roster = |(_, laid): &(&SheetIn, Result<Laid, &str>)| {
        laid.as_ref().is_ok_and(|laid| laid.mapping.missing.is_empty())
    };
    let has_roster = laid.iter().any(is_roster);
    for (sheet, laid) in laid {
        let why = match laid {
            Ok(laid) if has_roster && laid.mapping.by_field.is_empty() => "没有认出任何一列",
            Ok(laid) => {
                add(&mut plan, sheet, laid);
                continue;
            }
            Err(why) => why,
        };
        plan.left_out.push((sheet.name.clone(), why.to_owned()));
    }
    if n_more > 0 {
        let says = format!("另有 {n_more} 张工作表：一次最多读 {N_SHEETS} 张，请拆成几个文件");
        plan.left_out.push(("其余工作表".to_owned(), says));
    }
    Ok(plan)
}

/// A sheet whose header was found.
struct Laid {
    header: Header,
    above: Vec<String>,
    mapping: sheets::Mapping,
}

/// Finds the header of a sheet, or says why the sheet is not read.
fn lay(sheet: &SheetIn, rows: &[RowIn], kind: Kind) -> Result<Laid, &'static str> {
    if rows.is_empty() {
        return Err("空表");
    }
    if sheet.visibility == Visibility::Hidden {
        return Err("隐藏的工作表，没有读取；需要导入的，请取消隐藏后重新上传");
    }
    let header = find_header(&rows[..rows.len().min(N_ABOVE)], kind.fields());
    let header = header.ok_or("没有找到表头")?;
    if header.columns.len() > N_COLUMNS {
        return Err("列太多，不像名单");
    }
    let below = rows.iter().filter(|row| row.number > header.last_row);
    let samples: Vec<RowIn> =
        below.filter(|row| row_kind(row, &header) == RowKind::Data).cloned().collect();
    let above = rows
        .iter()
        .filter(|row| row.number < header.first_row)
        .flat_map(|row| row.cells.iter().map(|cell| cell.text.chars().take(200).collect()))
        .take(20)
        .collect();
    let mapping = sheets::map(&header, kind.fields(), &samples);
    Ok(Laid { header, above, mapping })
}

fn add(plan: &mut Plan, sheet: &SheetIn, laid: Laid) {
    let Laid { header, above, .. } = &laid;
    let merged = |area: &&Area| area.last_row > area.first_row && area.first_row > header.last_row;
    let areas = sheet.merges.iter().filter(merged).take(N_AREAS);
    if plan.kind.compares()
        && let Some(mark) = kinds::group_in(above)
    {
        mark.code().clone_into(&mut plan.mark);
    }
    let places = places(plan, &sheet.name, &laid);
    plan.sheets.push(Sheet {
        name: sheet.name.clone(),
        first_row: header.first_row,
        last_row: header.last_row,
        places,
        enterprise: titles::enterprise(above).unwrap_or_default(),
        station: titles::station(above).unwrap_or_default(),
        areas: areas
            .map(|area| [area.first_row, area.last_row, area.first_column, area.last_column])
            .collect(),
    });
}

/// The columns of a sheet, each with its like in the plan; new ones are added to it.
fn places(plan: &mut Plan, sheet: &str, laid: &Laid) -> Vec<Place> {
    let mapping = &laid.mapping;
    let mut used: Vec<usize> = Vec::new();
    let mut places = Vec::new();
    for title in &laid.header.columns {
        let same =
            |(at, known): &(usize, &Column)| known.title == title.title && !used.contains(at);
        let known = plan.columns.iter().enumerate().find(same).map(|(at, _)| at);
        let at = known.unwrap_or(plan.columns.len());
        if known.is_none() {
            let mut column = column(mapping, title.column, plan.kind);
            sheet.clone_into(&mut column.sheet);
            title.title.clone_into(&mut column.title);
            plan.columns.push(column);
        } else if plan.columns[at].samples.is_empty() {
            plan.columns[at].samples = column(mapping, title.column, plan.kind).samples;
        }
        used.push(at);
        places.push(Place { column: title.column, leaf: title.leaf.clone(), at });
    }
    places
}

fn column(mapping: &sheets::Mapping, at: u32, kind: Kind) -> Column {
    let mapped = mapping.by_field.iter().find(|mapped| mapped.column.column == at);
    let found = mapped.map(|mapped| &mapped.column);
    let found = found.or_else(|| mapping.unmapped.iter().find(|column| column.column == at));
    let (title, samples) =
        found.map(|known| (known.title.clone(), known.samples.clone())).unwrap_or_default();
    let plain = sheets::header::normal(&title);
    let is_idle = IDLE.contains(&plain.as_str());
    let mapped = mapped.filter(|_| !is_idle);
    let choice = match mapped {
        Some(mapped) => mapped.key,
        None if is_idle || !kind.keeps_more() => Choice::Skip.code(),
        None => Choice::Extra.code(),
    };
    let how = match mapped.map(|mapped| mapped.how) {
        Some(How::Exact) => "exact",
        Some(How::Normalised) => "normalised",
        Some(How::Contains) => "contains",
        Some(How::Guessed) => "guessed",
        None => "",
    };
    Column {
        title,
        choice: choice.to_owned(),
        how: how.to_owned(),
        doubtful: mapped.is_some_and(|mapped| mapping.doubtful.contains(&mapped.key)),
        samples: samples.iter().map(|text| text.chars().take(60).collect()).collect(),
        sheet: String::new(),
        letters: letters(at),
    }
}
