//! What is asked for when a list is exported, read from a form, from the API or from a profile.

use kernel::{FieldError, Problem};
use rules::identity::Mask;

use super::export_columns::Column;
use super::export_file::Format;
use super::export_lists::{List, Part};
use super::export_masks::Masks;
use crate::web::Fields;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub part: Part,
    /// What the receiver calls the columns, one after the other; empty where our own word holds.
    pub titles: Vec<String>,
    pub format: Format,
    pub purpose: String,
    pub recipient: String,
    /// Why whole numbers are needed; asked for those only.
    pub reason: String,
    pub keep: Option<Keep>,
}

/// That the wish is to be kept as a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    pub name: String,
    /// Whether the conditions go along.
    pub with_conditions: bool,
}

/// The field of a column's place in the order, and that of its own title.
#[must_use]
pub fn order_field(key: &str) -> String {
    format!("order-{key}")
}

#[must_use]
pub fn title_field(key: &str) -> String {
    format!("{TITLE}{key}")
}

/// What the fields of own titles begin with.
pub const TITLE: &str = "title-";

impl Wish {
    /// Reads the form. The columns are the usual ones unless some are chosen; they stand in the
    /// order in which they are sent, those with a number of their own first.
    ///
    /// # Errors
    /// Field problems for everything that cannot be understood.
    pub fn read(fields: &Fields) -> Result<Self, Problem> {
        let (wish, mut errors) = Self::parsed(fields)?;
        wish.judge_reason(&mut errors);
        if errors.is_empty() { Ok(wish) } else { Err(Problem::Invalid(errors)) }
    }

    /// Reads what is to be kept; the reason for whole numbers is asked for when they are taken.
    ///
    /// # Errors
    /// As [`Wish::read`].
    pub fn read_to_keep(fields: &Fields) -> Result<Self, Problem> {
        let (wish, errors) = Self::parsed(fields)?;
        if errors.is_empty() { Ok(wish) } else { Err(Problem::Invalid(errors)) }
    }

    fn parsed(fields: &Fields) -> Result<(Self, Vec<FieldError>), Problem> {
        let mut errors = Vec::new();
        let Some(list) = List::from_code(fields.get("list")) else {
            let codes: Vec<&str> = List::ALL.iter().map(|list| list.code()).collect();
            let says = format!("请选择要导出的名单：{}", codes.join("、"));
            return Err(Problem::field("list", says));
        };
        let format = Format::from_code(fields.get("format"));
        if format.is_none() {
            errors.push(fault("format", "请选择文件格式"));
        }
        let masks = masks(list, fields, &mut errors);
        let (columns, titles) = chosen(list, fields, &mut errors).into_iter().unzip();
        let wish = Self {
            part: Part { list, columns, conditions: conditions(list, fields), masks },
            titles,
            format: format.unwrap_or(Format::Xlsx),
            purpose: fields.get("purpose").to_owned(),
            recipient: fields.get("recipient").to_owned(),
            reason: fields.get("reason").to_owned(),
            keep: kept(fields, &mut errors),
        };
        wish.judge(&mut errors);
        Ok((wish, errors))
    }

    /// What is wrong with the words about it.
    pub(super) fn judge(&self, errors: &mut Vec<FieldError>) {
        judge_text(("purpose", &self.purpose), "请填写用途，2 至 100 个字", errors);
        judge_text(("recipient", &self.recipient), "请填写接收方，2 至 100 个字", errors);
    }

    /// What is wrong with the reason, where one is needed.
    pub(super) fn judge_reason(&self, errors: &mut Vec<FieldError>) {
        if self.is_full() {
            let says = "导出完整号码须填写原因，2 至 100 个字";
            judge_text(("reason", &self.reason), says, errors);
        }
    }

    /// Whether whole numbers are asked for.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.part.list.has_numbers() && self.part.masks.shows_whole()
    }

    /// The columns as they are called in the file.
    #[must_use]
    pub fn headings(&self) -> Vec<String> {
        let own = self.part.columns.iter().map(|column| column.title);
        let theirs = self.titles.iter().map(String::as_str).chain(std::iter::repeat(""));
        let called = |(own, theirs): (&'static str, &str)| match theirs {
            "" => own.to_owned(),
            theirs => theirs.to_owned(),
        };
        own.zip(theirs).map(called).collect()
    }
}

/// Words about an export: few, and no numbers of people among them.
fn judge_text((field, text): (&str, &str), says: &str, errors: &mut Vec<FieldError>) {
    if !(2..=100).contains(&text.chars().count()) || text.chars().any(char::is_control) {
        errors.push(fault(field, says));
    } else if has_number(text) {
        errors.push(fault(field, "这里不要写证件号码或电话"));
    }
}

fn has_number(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() > 8
}

fn fault(field: &str, says: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: says.to_owned() }
}

fn masks(list: List, fields: &Fields, errors: &mut Vec<FieldError>) -> Masks {
    let mut read = |name: &str, usual: Mask| match fields.get(name) {
        "" => usual,
        code => Mask::from_code(code).unwrap_or_else(|| {
            errors.push(fault(name, "请选择号码怎样显示"));
            usual
        }),
    };
    let number = read("mask", Mask::First3Last4);
    let masks = Masks { number, phone: read("phone_mask", number) };
    if list.has_numbers() { masks } else { Masks::USUAL }
}

fn kept(fields: &Fields, errors: &mut Vec<FieldError>) -> Option<Keep> {
    if fields.get("keep").is_empty() {
        return None;
    }
    let name = fields.get("profile_name");
    if !(2..=30).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        errors.push(fault("profile_name", "请给常用格式起个名称，2 至 30 个字"));
    } else if has_number(name) {
        errors.push(fault("profile_name", "这里不要写证件号码或电话"));
    }
    let with_conditions = !fields.get("keep_conditions").is_empty();
    Some(Keep { name: name.to_owned(), with_conditions })
}

/// The columns in their order, with what the receiver calls them.
fn chosen(
    list: List,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Vec<(&'static Column, String)> {
    let known = list.columns();
    let keys = fields.all("columns");
    if keys.iter().any(|key| !known.iter().any(|column| column.key == *key)) {
        errors.push(fault("columns", "有一列不认识，请重新选择"));
    }
    let mut columns = ticked(list, &keys);
    for column in &columns {
        let name = order_field(column.key);
        let typed = fields.get(&name);
        if !typed.is_empty() && place(typed).is_none() {
            errors.push(fault(&name, "次序请填 1 到 999 的数字"));
        }
    }
    columns.sort_by_key(|one| place(fields.get(&order_field(one.key))).unwrap_or(u16::MAX));
    let mut names: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    for column in columns {
        let name = title_field(column.key);
        let title = fields.get(&name);
        let called = if title.is_empty() { column.title } else { title };
        if title.chars().count() > 30 || title.chars().any(char::is_control) || has_number(title) {
            errors.push(fault(&name, "列名最多 30 个字，不要写号码"));
        } else if names.contains(&called) {
            let says = format!("有两列都叫“{called}”，请改其中一列的列名");
            errors.push(FieldError { field: name, message: says });
        }
        names.push(called);
        all.push((column, title.to_owned()));
    }
    all
}

/// The columns of a list that are ticked, each once, in the order in which they came; the usual
/// ones when none is.
#[must_use]
pub fn ticked(list: List, keys: &[&str]) -> Vec<&'static Column> {
    let known = list.columns();
    if keys.is_empty() {
        return known.iter().filter(|column| column.usual).collect();
    }
    let mut columns: Vec<&'static Column> = Vec::new();
    for key in keys {
        let found = known.iter().find(|column| column.key == *key);
        if let Some(found) = found.filter(|found| !columns.iter().any(|of| of.key == found.key)) {
            columns.push(found);
        }
    }
    columns
}

fn place(typed: &str) -> Option<u16> {
    typed.parse().ok().filter(|place| (1..=999).contains(place))
}

/// The conditions of the page among the fields of the form. Codes, days and numbers only: nothing
/// else can be a condition, so nothing personal comes into the trail.
#[must_use]
pub fn conditions(list: List, fields: &Fields) -> Fields {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let given = list.conditions().iter().map(|name| ((*name).to_owned(), fields.get(name)));
    let given = given.filter(|(_, value)| value.len() <= 40 && value.chars().all(plain));
    Fields(given.map(|(name, value)| (name, value.to_owned())).collect())
}

/// The conditions as they stand in an address.
#[must_use]
pub fn query(conditions: &Fields) -> String {
    let set = conditions.0.iter().filter(|(_, value)| !value.is_empty());
    set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The conditions of an address.
#[must_use]
pub fn asked(query: &str) -> Fields {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Fields(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
