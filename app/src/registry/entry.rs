//! What is entered about a retiree, and whether it can be right.

use jiff::civil::Date;
use kernel::{FieldError, Problem};
use rules::facts::{Away, Mark};
use rules::identity::{self, Finding, Inspection, Kind};

use super::Person;
use super::codes::{self, Code};
use crate::names::{self, Spelling};

/// The fields of a retiree that may be typed or imported. An empty text is something not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct NewPerson {
    pub name: String,
    /// Judged by the number when empty; see [`codes::ID_KINDS`].
    pub id_kind: String,
    pub id_number: String,
    /// By the document unless given.
    pub born_on: Option<Date>,
    pub archive_born_on: Option<Date>,
    /// By the document unless given.
    pub sex: String,
    pub ethnic: String,
    pub political: String,
    pub education: String,
    pub marital: String,
    pub phone: String,
    pub phone2: String,
    pub hukou_address: String,
    pub address: String,
    /// `here` unless given.
    pub away: String,
    pub away_place: String,
    pub enterprise: Option<i64>,
    pub enterprise_name: String,
    pub retirement_kind: String,
    pub retired_on: Option<Date>,
    pub pension_fen: Option<i64>,
    pub pension_from: Option<Date>,
    pub insurance_no: String,
    /// 社区管理 unless given.
    pub management: String,
    /// Marks to be set on entering; a change of the person leaves marks alone.
    pub marks: Vec<Mark>,
    /// A JSON object of columns that have no place of their own.
    pub extra: String,
}

/// A retiree whose fields were found to be possible. Only [`check`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub(super) new: NewPerson,
    pub(super) id_former: String,
    pub(super) spelling: Spelling,
}

impl Checked {
    /// The fields as they will be stored.
    #[must_use]
    pub fn fields(&self) -> &NewPerson {
        &self.new
    }

    /// The 15-digit number from which the identity number was upgraded, or empty.
    #[must_use]
    pub fn id_former(&self) -> &str {
        &self.id_former
    }

    /// The same with the number of the enterprise in the directory.
    #[must_use]
    pub fn at_enterprise(mut self, id: i64) -> Self {
        self.new.enterprise = Some(id);
        self
    }
}

impl Person {
    /// The fields that may be changed, as they are now.
    #[must_use]
    pub fn fields(&self) -> NewPerson {
        NewPerson {
            name: self.name.clone(),
            id_kind: self.id_kind.clone(),
            id_number: self.id_number.clone(),
            born_on: self.born_on,
            archive_born_on: self.archive_born_on,
            sex: self.sex.clone(),
            ethnic: self.ethnic.clone(),
            political: self.political.clone(),
            education: self.education.clone(),
            marital: self.marital.clone(),
            phone: self.phone.clone(),
            phone2: self.phone2.clone(),
            hukou_address: self.hukou_address.clone(),
            address: self.address.clone(),
            away: self.away.clone(),
            away_place: self.away_place.clone(),
            enterprise: self.enterprise,
            enterprise_name: self.enterprise_name.clone(),
            retirement_kind: self.retirement_kind.clone(),
            retired_on: self.retired_on,
            pension_fen: self.pension_fen,
            pension_from: self.pension_from,
            insurance_no: self.insurance_no.clone(),
            management: self.management.clone(),
            marks: Vec::new(),
            extra: self.extra.clone(),
        }
    }
}

/// Judges and normalises what was entered. `today` bounds the days.
///
/// # Errors
/// [`Problem::Invalid`] with every field that cannot be right.
pub fn check(new: &NewPerson, today: Date) -> Result<Checked, Problem> {
    let mut new = new.clone();
    let mut errors = Vec::new();
    new.name = tidy_name(&new.name);
    if let Err(says) = judge_name(&new.name) {
        errors.push(error("name", says));
    }
    let id_former = identify(&mut new, today, &mut errors);
    default(&mut new.sex, "9");
    default(&mut new.away, Away::Here.code());
    default(&mut new.management, "1");
    default(&mut new.extra, "{}");
    check_codes(&new, &mut errors);
    check_days(&new, today, &mut errors);
    check_phone("phone", &mut new.phone, &mut errors);
    check_phone("phone2", &mut new.phone2, &mut errors);
    check_lengths(&mut new, &mut errors);
    if new.pension_fen.is_some_and(|fen| !(0..=10_000_000).contains(&fen)) {
        let says = "养老金月额应在 0 到 100000 元之间，请核对单位是否为元";
        errors.push(error("pension_fen", says));
    }
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    let spelling = names::person(&new.name);
    Ok(Checked { new, id_former, spelling })
}

/// A name as it is stored: `·` between the parts, no spaces inside a Chinese name.
#[must_use]
pub fn tidy_name(typed: &str) -> String {
    let dotted: String = typed
        .trim()
        .chars()
        .map(|char| match char {
            '•' | '・' | '･' | '‧' | '∙' | '⋅' | '．' => '·',
            '\u{3000}' => ' ',
            other => other,
        })
        .collect();
    if dotted.is_ascii() {
        return dotted.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    dotted.chars().filter(|char| !char.is_whitespace()).collect()
}

/// Whether this can be a name.
///
/// # Errors
/// What to do about it.
pub fn judge_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("请填写姓名");
    }
    if name.chars().count() > 100 {
        return Err("姓名最多 100 个字，请核对");
    }
    let strange = |c: char| c.is_control() || c.is_ascii_digit() || "<>@#%*=".contains(c);
    if name.contains(strange) {
        return Err("姓名中有数字或符号，请核对");
    }
    Ok(())
}

/// Judges the number, fills in what the document says, and answers the 15-digit number if that
/// is how it came.
fn identify(new: &mut NewPerson, today: Date, errors: &mut Vec<FieldError>) -> String {
    if matches!(new.id_kind.as_str(), "passport" | "other") {
        let found = identity::inspect(&new.id_number, today);
        new.id_number = found.normalised;
        if new.id_number.chars().count() > 30 {
            errors.push(error("id_number", "证件号码最多 30 位，请核对"));
        }
        return String::new();
    }
    if new.id_number.trim().is_empty() {
        let says = "请填写证件号码；暂无证件的，证件类型请选“其他或暂无证件”";
        errors.push(error("id_number", says));
        return String::new();
    }
    let found = identity::inspect(&new.id_number, today);
    if let Some(says) = fault_of(&found) {
        errors.push(error("id_number", says));
        return String::new();
    }
    let (born_on, sex) = document(&found);
    new.id_kind = kind_of(&found).to_owned();
    new.born_on = new.born_on.or(born_on);
    if matches!(new.sex.as_str(), "" | "9")
        && let Some(sex) = sex
    {
        sex.clone_into(&mut new.sex);
    }
    match found.upgraded {
        Some(upgraded) => {
            new.id_number = upgraded;
            found.normalised
        }
        None => {
            new.id_number = found.normalised;
            String::new()
        }
    }
}

/// Numbers of the region 99, which nobody has, are made up and laid out as a resident's.
fn is_made_up(found: &Inspection) -> bool {
    found.kind == Kind::Foreign18 && found.normalised.starts_with("99")
}

fn kind_of(found: &Inspection) -> &'static str {
    match found.kind {
        _ if is_made_up(found) => "resident",
        Kind::Resident18 | Kind::Resident15 => "resident",
        Kind::HkMoTw => "hkmotw",
        Kind::Foreign18 | Kind::ForeignPermit15 => "foreign",
        Kind::Other => "other",
    }
}

/// Birth and sex as an identity number says them; nothing of a number that is none.
#[must_use]
pub fn by_document(number: &str, today: Date) -> (Option<Date>, Option<&'static str>) {
    document(&identity::inspect(number, today))
}

/// Birth and sex as the document says them.
pub(super) fn document(found: &Inspection) -> (Option<Date>, Option<&'static str>) {
    if !is_made_up(found) {
        return (found.born_on, found.sex.map(identity::Sex::code));
    }
    let number = &found.normalised;
    let born = format!("{}-{}-{}", &number[6..10], &number[10..12], &number[12..14]);
    let odd = number.as_bytes()[16] % 2 == 1;
    (born.parse().ok(), Some(if odd { "1" } else { "2" }))
}

/// The first thing wrong with a number; a strange region is none.
pub(super) fn fault_of(found: &Inspection) -> Option<String> {
    let fault = found.findings.iter().find(|finding| **finding != Finding::Region)?;
    Some(format!("证件号码有误：{}", fault.name()))
}

fn check_codes(new: &NewPerson, errors: &mut Vec<FieldError>) {
    let tables: [(&str, &str, &[Code]); 8] = [
        ("id_kind", &new.id_kind, codes::ID_KINDS),
        ("sex", &new.sex, codes::SEXES),
        ("ethnic", &new.ethnic, codes::ETHNIC),
        ("political", &new.political, codes::POLITICAL),
        ("education", &new.education, codes::EDUCATION),
        ("marital", &new.marital, codes::MARITAL),
        ("retirement_kind", &new.retirement_kind, codes::RETIREMENTS),
        ("management", &new.management, codes::MANAGEMENT),
    ];
    for (field, code, table) in tables {
        if !code.is_empty() && !table.iter().any(|(known, _)| *known == code) {
            errors.push(error(field, "请从列出的选项中选择"));
        }
    }
    if Away::from_code(&new.away).is_none() {
        errors.push(error("away", "请从列出的选项中选择"));
    }
}

fn check_days(new: &NewPerson, today: Date, errors: &mut Vec<FieldError>) {
    let days = [
        ("born_on", new.born_on),
        ("archive_born_on", new.archive_born_on),
        ("retired_on", new.retired_on),
    ];
    for (field, day) in days {
        if day.is_some_and(|day| day > today) {
            errors.push(error(field, "日期不能晚于今天，请核对"));
        } else if day.is_some_and(|day| day.year() < 1880) {
            errors.push(error(field, "年份过早，请核对"));
        }
    }
    if let (Some(born_on), Some(retired_on)) = (new.born_on, new.retired_on)
        && retired_on <= born_on
    {
        errors.push(error("retired_on", "退休日期早于出生日期，请核对"));
    }
    let from = new.pension_from;
    if from.is_some_and(|from| from.year() < 1949 || from.year() > today.year() + 1) {
        errors.push(error("pension_from", "养老金开始发放日期有误，请核对"));
    }
}

/// A telephone number keeps its figures and hyphens.
pub(super) fn check_phone(field: &str, phone: &mut String, errors: &mut Vec<FieldError>) {
    let plain: String = identity::inspect(phone, Date::MAX)
        .normalised
        .chars()
        .map(|c| if matches!(c, '－' | '—' | '–') { '-' } else { c })
        .filter(|c| !matches!(c, '(' | ')'))
        .collect();
    let n_digits = plain.chars().filter(char::is_ascii_digit).count();
    let strange = |c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '转');
    if !plain.is_empty() && (!(5..=20).contains(&n_digits) || plain.contains(strange)) {
        errors.push(error(field, "电话号码有误，请填写手机号或带区号的固定电话"));
    }
    *phone = plain;
}

fn check_lengths(new: &mut NewPerson, errors: &mut Vec<FieldError>) {
    let texts = [
        ("hukou_address", &mut new.hukou_address, 200),
        ("address", &mut new.address, 200),
        ("away_place", &mut new.away_place, 100),
        ("enterprise_name", &mut new.enterprise_name, 100),
        ("insurance_no", &mut new.insurance_no, 30),
    ];
    for (field, text, most) in texts {
        *text = text.trim().to_owned();
        if text.chars().count() > most {
            errors.push(error(field, format!("最多 {most} 个字，请缩短")));
        } else if text.chars().any(char::is_control) {
            errors.push(error(field, "含有不能识别的字符，请重新填写"));
        }
    }
}

fn default(text: &mut String, value: &str) {
    if text.is_empty() {
        value.clone_into(text);
    }
}

pub(super) fn error(field: &str, message: impl Into<String>) -> FieldError {
    FieldError { field: field.to_owned(), message: message.into() }
}
