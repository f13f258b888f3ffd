//! What is typed about a retiree, and the form in which it is typed.

use frame::{Choice, Input, Kind, Width, card, checkbox_group, select_field, text_field, textarea};
use kernel::{FieldError, Problem};
use maud::{Markup, html};
use rules::facts::{Away, Mark};
use rules::identity::{Mask, mask, mask_telephone};

use crate::registry::{NewPerson, Person, codes};
use crate::web::Fields;

/// What the form begins with, or was sent with.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    pub fields: &'a Fields,
    pub errors: &'a [frame::FieldError],
    /// The person who is changed; nobody when one is entered.
    pub person: Option<&'a Person>,
}

/// Name of the boxes that take a number away which is not shown.
const CLEAR: &str = "clear";

/// Reads what was typed over what is known. Numbers that the form does not show stay as they are
/// when nothing was typed.
///
/// # Errors
/// Field problems of days, sums and choices; the rest is judged by the registry.
pub fn read(fields: &Fields, known: NewPerson) -> Result<NewPerson, Problem> {
    let mut errors = Vec::new();
    let mut new = known;
    read_hidden(fields, &mut new);
    let has_birth = !matches!(fields.get("id_kind"), "passport" | "other");
    let number_typed = has_birth && !fields.get("id_number").is_empty();
    let born_on = fields.day("born_on", &mut errors);
    // Another number brings its own birth and sex, unless others than before were typed.
    let is_same = number_typed && born_on == new.born_on;
    new.born_on = if is_same { None } else { born_on };
    let sex = fields.get("sex");
    new.sex = if number_typed && sex == new.sex { String::new() } else { sex.to_owned() };
    new.archive_born_on = fields.day("archive_born_on", &mut errors);
    new.retired_on = fields.day("retired_on", &mut errors);
    new.pension_from = fields.day("pension_from", &mut errors);
    let texts: [(&str, &mut String); 12] = [
        ("name", &mut new.name),
        ("id_kind", &mut new.id_kind),
        ("ethnic", &mut new.ethnic),
        ("political", &mut new.political),
        ("education", &mut new.education),
        ("marital", &mut new.marital),
        ("hukou_address", &mut new.hukou_address),
        ("address", &mut new.address),
        ("away", &mut new.away),
        ("away_place", &mut new.away_place),
        ("enterprise_name", &mut new.enterprise_name),
        ("management", &mut new.management),
    ];
    for (name, text) in texts {
        fields.get(name).clone_into(text);
    }
    fields.get("retirement_kind").clone_into(&mut new.retirement_kind);
    new.pension_fen = match (fields.get("pension_fen"), fen(fields.get("pension_fen"))) {
        ("", _) => None,
        (_, Some(fen)) => Some(fen),
        _ => {
            wrong(&mut errors, "pension_fen", "养老金月额应为金额，单位为元，例如“3456.78”");
            None
        }
    };
    for code in fields.all("marks").into_iter().filter(|code| !code.is_empty()) {
        match Mark::from_code(code) {
            Some(mark) if new.marks.contains(&mark) => {}
            Some(mark) => new.marks.push(mark),
            None => wrong(&mut errors, "marks", "特殊群体中有无法识别的一项，请重新勾选"),
        }
    }
    if errors.is_empty() { Ok(new) } else { Err(Problem::Invalid(errors)) }
}

fn read_hidden(fields: &Fields, new: &mut NewPerson) {
    let cleared = fields.all(CLEAR);
    let numbers: [(&str, &mut String); 4] = [
        ("id_number", &mut new.id_number),
        ("phone", &mut new.phone),
        ("phone2", &mut new.phone2),
        ("insurance_no", &mut new.insurance_no),
    ];
    for (name, text) in numbers {
        if !fields.get(name).is_empty() {
            fields.get(name).clone_into(text);
        } else if cleared.contains(&name) {
            text.clear();
        }
    }
}

/// Yuan as they are typed, in fen: `3456.78`, `3,456.7`, `3456元`.
#[must_use]
pub fn fen(typed: &str) -> Option<i64> {
    let plain: String = typed.chars().filter(|c| !matches!(c, ',' | '，' | '元' | ' ')).collect();
    let (yuan, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let figures = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if yuan.is_empty() || !figures(yuan) || !figures(part) || part.len() > 2 {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)
}

pub(super) fn wrong(errors: &mut Vec<FieldError>, field: &str, message: &str) {
    errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
}

/// What is known of somebody, as the form begins; numbers are not in it.
#[must_use]
pub fn preset(person: &Person) -> Fields {
    let mut fields = known(&person.fields());
    fields.push(("version".to_owned(), person.version.to_string()));
    Fields(fields)
}

/// The fields of somebody but for the numbers.
#[must_use]
pub fn known(person: &NewPerson) -> Vec<(String, String)> {
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    let own_kind = matches!(person.id_kind.as_str(), "passport" | "other");
    let pension = person.pension_fen.map(|fen| format!("{}.{:02}", fen / 100, fen % 100));
    let fields: [(&str, String); 19] = [
        ("name", person.name.clone()),
        ("id_kind", if own_kind { person.id_kind.clone() } else { String::new() }),
        ("born_on", day(person.born_on)),
        ("archive_born_on", day(person.archive_born_on)),
        ("sex", person.sex.clone()),
        ("ethnic", person.ethnic.clone()),
        ("political", person.political.clone()),
        ("education", person.education.clone()),
        ("marital", person.marital.clone()),
        ("hukou_address", person.hukou_address.clone()),
        ("address", person.address.clone()),
        ("away", person.away.clone()),
        ("away_place", person.away_place.clone()),
        ("enterprise_name", person.enterprise_name.clone()),
        ("retirement_kind", person.retirement_kind.clone()),
        ("retired_on", day(person.retired_on)),
        ("pension_fen", pension.unwrap_or_default()),
        ("pension_from", day(person.pension_from)),
        ("management", person.management.clone()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

impl<'a> Typed<'a> {
    pub(super) fn input(&self, name: &'a str, label: &'a str) -> Input<'a> {
        Input::new(name, label).value(self.fields.get(name)).errors(self.errors)
    }

    fn date(&self, name: &'a str, label: &'a str) -> Markup {
        let input = Input::date(name, label).value(self.fields.get(name)).errors(self.errors);
        text_field(input.optional())
    }

    fn coded(&self, name: &'a str, label: &'a str, table: &'static [codes::Code]) -> Markup {
        let choices: Vec<Choice<'_>> =
            table.iter().map(|(code, name)| Choice::new(code, name)).collect();
        select_field(self.input(name, label).optional(), &choices)
    }

    /// A number that is never shown whole: what is typed replaces it.
    fn number(&self, input: Input<'a>, now: &str) -> Markup {
        if now.is_empty() {
            return text_field(input.optional());
        }
        let hint = format!("现为{now}；不改就留空");
        let name = input.name;
        let clear = format!("删除现有{}", input.label);
        let chosen = self.fields.all(CLEAR);
        html! {
            (text_field(Input { hint: Some(&hint), ..input.optional() }))
            @if name != "id_number" {
                div.option {
                    input type="checkbox" id={ "clear-" (name) } name=(CLEAR) value=(name)
                        checked[chosen.contains(&name)];
                    label for={ "clear-" (name) } { (clear) }
                }
            }
        }
    }
}

/// Name, number and telephone: what everybody is entered with.
#[must_use]
pub fn main_fields(typed: &Typed<'_>) -> Markup {
    let number = typed.input("id_number", "证件号码");
    let phone = typed.input("phone", "联系电话").kind(Kind::Tel);
    html! {
        (text_field(typed.input("name", "姓名")))
        @match typed.person {
            Some(person) => {
                (typed.number(number, &mask(&person.id_number, Mask::First3Last4)))
                (typed.number(phone, &mask_telephone(&person.phone)))
            }
            None => {
                (text_field(number.hint("15 位的会自动换成 18 位；出生日期和性别由号码得出")))
                (text_field(phone.optional()))
            }
        }
    }
}

/// Everything that may be left out, in sections.
#[must_use]
pub fn more_fields(typed: &Typed<'_>) -> Markup {
    html! {
        (card("居住和联系", residence(typed)))
        (card("退休情况", retirement(typed)))
        (card("证件和个人情况", personal(typed)))
        @if typed.person.is_none() { (card("特殊群体", marks(typed))) }
    }
}

fn residence(typed: &Typed<'_>) -> Markup {
    let aways: Vec<Choice<'_>> =
        Away::ALL.iter().map(|away| Choice::new(away.code(), away.name())).collect();
    let phone2 = typed.input("phone2", "其他电话").kind(Kind::Tel);
    let now = typed.person.map_or_else(String::new, |person| mask_telephone(&person.phone2));
    let since = Input::date("away_since", "居住地变动日期").value(typed.fields.get("away_since"));
    html! {
        (textarea(typed.input("address", "居住地址").optional(), 2))
        (textarea(typed.input("hukou_address", "户籍地址").optional(), 2))
        (typed.number(phone2, &now))
        (select_field(typed.input("away", "居住地").optional().width(Width::Short), &aways))
        (text_field(typed.input("away_place", "异地居住地点").optional()
            .hint("不住本地的，填省、市、区或国家")))
        @if typed.person.is_some() {
            (text_field(since.errors(typed.errors).optional()
                .hint("居住地有变动时填，默认今天")))
        }
    }
}

fn retirement(typed: &Typed<'_>) -> Markup {
    let pension = typed.input("pension_fen", "养老金月额（元）").kind(Kind::Number);
    let insurance = typed.input("insurance_no", "社会保障号码");
    let masked = |person: &Person| mask(&person.insurance_no, Mask::First3Last4);
    html! {
        (text_field(typed.input("enterprise_name", "原工作单位").optional().width(Width::Full)
            .suggested_by("/enterprises/suggest")
            .hint("填全称，与企业库中的名称一致时自动关联；库中没有的也可以照填")))
        (typed.coded("retirement_kind", "退休类别", codes::RETIREMENTS))
        (typed.date("retired_on", "退休日期"))
        (text_field(pension.optional().width(Width::Short)))
        (typed.date("pension_from", "养老金开始发放日期"))
        (typed.number(insurance, &typed.person.map_or_else(String::new, masked)))
        (typed.coded("management", "管理形式", codes::MANAGEMENT))
    }
}

fn personal(typed: &Typed<'_>) -> Markup {
    let kinds = [
        Choice::new("", "按号码自动判断"),
        Choice::new("passport", "护照"),
        Choice::new("other", "其他或暂无证件"),
    ];
    html! {
        (select_field(typed.input("id_kind", "证件类型").optional(), &kinds))
        (typed.date("born_on", "出生日期"))
        (typed.date("archive_born_on", "档案出生日期"))
        (typed.coded("sex", "性别", codes::SEXES))
        (typed.coded("ethnic", "民族", codes::ETHNIC))
        (typed.coded("political", "政治面貌", codes::POLITICAL))
        (typed.coded("education", "文化程度", codes::EDUCATION))
        (typed.coded("marital", "婚姻状况", codes::MARITAL))
    }
}

fn marks(typed: &Typed<'_>) -> Markup {
    let chosen = typed.fields.all("marks");
    let choices: Vec<Choice<'_>> =
        Mark::ALL.iter().map(|mark| Choice::new(mark.code(), mark.name())).collect();
    let input = Input::new("marks", "特殊群体标记").optional().errors(typed.errors);
    checkbox_group(input, &choices, &chosen)
}
