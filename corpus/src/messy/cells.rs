//! What people write into cells: days, names, numbers, telephones and sums in every shape.

use super::{Case, Draft, EXCEL, Form, PEOPLE};
use crate::grid::{Cell, serial};
use crate::{biff, csv};

pub(super) fn cases() -> Vec<Case> {
    [days(), names(), numbers(), phones(), sums(), sexes(), results()].concat()
}

fn days() -> Vec<Case> {
    let shapes: [(&str, &str); 14] = [
        ("dashes", "%Y-%m-%d"),
        ("slashes, no zeros", "%Y/%-m/%-d"),
        ("points, no zeros", "%Y.%-m.%-d"),
        ("words", "%Y年%-m月%-d日"),
        ("words with zeros", "%Y年%m月%d日"),
        ("eight figures", "%Y%m%d"),
        ("six figures", "%Y%m"),
        ("month in words", "%Y年%-m月"),
        ("month with a point", "%Y.%m"),
        ("month with a dash", "%Y-%m"),
        ("month with a slash", "%Y/%-m"),
        ("spaces between", "%Y 年 %-m 月 %-d 日"),
        ("midnight behind", "%Y-%m-%d 00:00:00"),
        ("day without its word", "%Y年%-m月%-d"),
    ];
    let mut cases = Vec::new();
    for (name, shape) in shapes {
        let draft =
            Draft::usual().each_text("retired_on", |one| one.retired.strftime(shape).to_string());
        cases.push(draft.excel(&format!("days: {name}")));
    }
    cases.extend(counts());
    cases
}

/// Days that are numbers to a machine.
fn counts() -> Vec<Case> {
    let mut cases = Vec::new();
    let number = |day: &str| Cell::Number(day.parse().unwrap_or(0.0));
    let eight = Draft::usual()
        .each("retired_on", |one| number(&one.retired.strftime("%Y%m%d").to_string()));
    cases.push(eight.excel("days: a number of eight figures"));
    let six =
        Draft::usual().each("retired_on", |one| number(&one.retired.strftime("%Y%m").to_string()));
    cases.push(six.excel("days: a number of six figures"));
    let bare =
        Draft::usual().each("retired_on", |one| Cell::Number(f64::from(serial(one.retired))));
    cases.push(bare.excel("days: a count without a style"));
    for (name, form) in
        [("Excel", EXCEL), ("Excel 97", Form::Xls(biff::Manner::Eight)), ("ODS", Form::Ods)]
    {
        let months = Draft::usual().each("retired_on", |one| Cell::Month(serial(one.retired)));
        cases.push(months.case(&format!("days: shown as months, {name}"), form));
    }
    let full = Draft::usual().each_text("retired_on", |one| {
        let plain = one.retired.strftime("%Y/%m/%d").to_string();
        plain.chars().map(wide).collect()
    });
    cases.push(full.excel("days: full width"));
    let more = [
        "2010.3.1.",
        "2010、3、1",
        "2010/3/1 8:30",
        "2010-03-01T00:00:00",
        "2010.03.01日",
        "2010年3月1号",
    ];
    for (n, text) in (1..).zip(more) {
        let mut draft = Draft::usual();
        draft.text(0, "retired_on", text);
        cases.push(draft.excel(&format!("days: odd {n}")));
    }
    let wrong =
        [("2月30日", "day"), ("2010-02-30", "day"), ("2010年13月", "day"), ("三月五日", "day")];
    let mut draft = Draft::usual();
    for (nth, (text, code)) in wrong.into_iter().enumerate() {
        draft = draft.wrong(nth, "retired_on", (Cell::text(text), code));
    }
    cases.push(draft.excel("days: that are none"));
    cases
}

fn wide(c: char) -> char {
    if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c }
}

fn names() -> Vec<Case> {
    let spaced = |one: &super::Person, space: &str| {
        let letters: Vec<String> = one.name.chars().map(String::from).collect();
        if one.name.contains('·') { one.name.to_owned() } else { letters.join(space) }
    };
    let mut cases = vec![
        Draft::usual().each_text("name", |one| spaced(one, " ")).excel("names: spaces"),
        Draft::usual().each_text("name", |one| spaced(one, "\u{3000}")).excel("names: wide spaces"),
        Draft::usual().each_text("name", |one| spaced(one, "\u{a0}")).excel("names: fixed spaces"),
        Draft::usual()
            .each_text("name", |one| format!(" {}\u{3000}", one.name))
            .excel("names: spaces around"),
        Draft::usual()
            .each_text("name", |one| format!("\u{200b}{}\u{feff}", one.name))
            .excel("names: characters unseen"),
        Draft::usual()
            .each_text("name", |one| format!("{}\n", one.name))
            .excel("names: a line more"),
        Draft::usual()
            .each_text("name", |one| format!("'{}", one.name))
            .excel("names: an apostrophe"),
    ];
    for (n, dot) in (1..).zip(['•', '．', '.', '‧', '・']) {
        let draft = Draft::usual().each_text("name", |one| one.name.replace('·', &dot.to_string()));
        cases.push(draft.excel(&format!("names: dot {n}")));
    }
    cases
}

fn numbers() -> Vec<Case> {
    let parted = |number: &str, with: &str| {
        format!("{}{with}{}{with}{}", &number[..6], &number[6..14], &number[14..])
    };
    let mut cases = vec![
        Draft::usual()
            .each_text("identity", |one| format!("'{}", one.number()))
            .excel("numbers: an apostrophe"),
        Draft::usual()
            .each_text("identity", |one| parted(&one.number(), " "))
            .excel("numbers: spaces"),
        Draft::usual()
            .each_text("identity", |one| one.number().chars().map(wide).collect())
            .excel("numbers: full width"),
        Draft::usual()
            .each_text("identity", |one| one.number().to_lowercase())
            .excel("numbers: small letters"),
        Draft::usual()
            .each_text("identity", |one| format!("\t{}\u{a0}", one.number()))
            .case("numbers: a tabulator before, CSV", Form::Csv(csv::Manner::Quoted)),
        Draft::usual()
            .each_text("identity", |one| format!("=\"{}\"", one.number()))
            .case("numbers: as formulas, CSV", Form::Csv(csv::Manner::Utf8)),
        Draft::usual()
            .each_text("identity", |one| one.old_number())
            .excel("numbers: of fifteen figures"),
        Draft::usual()
            .each("identity", |one| Cell::Formula(one.number()))
            .excel("numbers: results of formulas"),
    ];
    for (name, form) in
        [("Excel", EXCEL), ("Excel 97", Form::Xls(biff::Manner::Eight)), ("ODS", Form::Ods)]
    {
        let draft = (0..6).fold(Draft::usual(), |draft, nth| {
            let digits: String =
                PEOPLE[nth].number().chars().map(|c| if c == 'X' { '0' } else { c }).collect();
            let spoilt = Cell::Number(digits.parse().unwrap_or(0.0));
            draft.wrong(nth, "identity", (spoilt, "identity-imprecise"))
        });
        cases.push(draft.case(&format!("numbers: spoilt by Excel, {name}"), form));
    }
    let draft =
        Draft::usual().wrong(1, "identity", (Cell::text("9.90101E+17"), "identity-imprecise"));
    cases.push(draft.case("numbers: rounded in a CSV", Form::Csv(csv::Manner::Gb18030)));
    let number = PEOPLE[0].number();
    let last = if number.ends_with('1') { "2" } else { "1" };
    let bent = format!("{}{last}", &number[..17]);
    let draft = Draft::usual().wrong(0, "identity", (Cell::text(&bent), "identity-check")).wrong(
        1,
        "identity",
        (Cell::text("99010119561231"), "identity-form"),
    );
    cases.push(draft.excel("numbers: that cannot be"));
    cases
}

fn phones() -> Vec<Case> {
    vec![
        Draft::usual()
            .each_text("phone", |one| {
                format!("{} {} {}", &one.phone[..3], &one.phone[3..7], &one.phone[7..])
            })
            .excel("telephones: spaces"),
        Draft::usual()
            .each_text("phone", |one| {
                format!("{}-{}-{}", &one.phone[..3], &one.phone[3..7], &one.phone[7..])
            })
            .excel("telephones: dashes"),
        Draft::usual()
            .each_text("phone", |one| format!("+86 {}", one.phone))
            .excel("telephones: with the country"),
        Draft::usual()
            .each("phone", |one| Cell::Number(one.phone.parse().unwrap_or(0.0)))
            .excel("telephones: as numbers"),
        Draft::usual()
            .each_text("phone", |one| one.phone.chars().map(wide).collect())
            .excel("telephones: full width"),
        Draft::usual()
            .each_text("phone", |one| format!("{}/0990-8123456", one.phone))
            .every("phone2", "0990-8123456")
            .excel("telephones: two in a cell"),
    ]
}

fn sums() -> Vec<Case> {
    let yuan = |one: &super::Person| format!("{}.{:02}", one.pension / 100, one.pension % 100);
    let thousands = |one: &super::Person| {
        let whole = one.pension / 100;
        format!("{},{:03}.{:02}", whole / 1000, whole % 1000, one.pension % 100)
    };
    vec![
        Draft::usual()
            .each("pension", |one| Cell::Number(yuan(one).parse().unwrap_or(0.0)))
            .excel("sums: numbers"),
        Draft::usual().each_text("pension", thousands).excel("sums: thousands"),
        Draft::usual()
            .each_text("pension", |one| format!("￥{}", thousands(one)))
            .excel("sums: with a sign"),
        Draft::usual()
            .each_text("pension", |one| format!("{}元", yuan(one)))
            .excel("sums: with the unit"),
        Draft::usual()
            .each_text("pension", |one| format!("{}元/月", yuan(one)))
            .excel("sums: with the unit and the month"),
        Draft::usual()
            .wrong(2, "pension", (Cell::text("三千多"), "money"))
            .wrong(4, "pension", (Cell::text("-3000"), "pension-fen"))
            .excel("sums: that are none"),
    ]
}

fn sexes() -> Vec<Case> {
    let word = |one: &super::Person, man: &str, woman: &str| {
        if one.is_woman { woman.to_owned() } else { man.to_owned() }
    };
    let mut cases = Vec::new();
    for (man, woman) in [("1", "2"), ("男性", "女性"), ("男 ", " 女")] {
        let draft = Draft::usual().each_text("sex", |one| word(one, man, woman));
        cases.push(draft.excel(&format!("sexes: {} and {}", man.trim(), woman.trim())));
    }
    let draft = Draft::usual().wrong(1, "sex", (Cell::text("男"), "sex-differs"));
    cases.push(draft.excel("sexes: against the number"));
    cases
}

/// Formulas, errors, and words for nothing.
fn results() -> Vec<Case> {
    let mut draft = Draft::usual();
    draft.put(2, "address", Cell::Formula(PEOPLE[2].address.into()));
    draft.put(3, "enterprise", Cell::Formula(PEOPLE[3].enterprise.into()));
    let mut cases = vec![draft.excel("results of formulas")];
    for (name, form) in
        [("Excel", EXCEL), ("Excel 97", Form::Xls(biff::Manner::Eight)), ("ODS", Form::Ods)]
    {
        let draft = Draft::usual().wrong(1, "address", (Cell::Error("#N/A"), "cell-error"));
        cases.push(draft.case(&format!("an error of a formula, {name}"), form));
    }
    let mut draft = Draft::usual();
    draft.text(1, "retired_on", "不详");
    cases.push(draft.says(1, "retired_on", None).excel("a day that nobody knows"));
    for word in ["无", "/", "-", "—"] {
        let mut draft = Draft::usual();
        draft.text(1, "phone", word);
        cases.push(draft.says(1, "phone", None).excel(&format!("nothing said as {word}")));
    }
    cases
}
