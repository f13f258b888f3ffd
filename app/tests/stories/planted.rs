//! Three hundred errors planted in a roster of a thousand people: every one is told by its cell,
//! with its value, why it cannot be right and what to do; nothing else is told.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use jiff::civil::{Date, date};
use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::exporting::send;
use crate::importing::checked;
use crate::world::{World, made_up_number};

const N_ROWS: u32 = 1_000;
const N_PLANTED: u32 = 300;
const BORN: Date = date(1950, 3, 4);

const TITLES: [&str; 9] = [
    "姓名",
    "身份证号",
    "性别",
    "出生日期",
    "退休时间",
    "养老金",
    "联系电话",
    "所属社区",
    "纳入管理日期",
];

/// An error: in which column, what stands there, and the code by which it has to be told.
type Error = (usize, fn(&Sound) -> String, &'static str);

/// What would stand there.
struct Sound {
    number: String,
}

impl Sound {
    fn flipped(&self) -> String {
        let mut digits: Vec<char> = self.number.chars().collect();
        let last = digits.len() - 1;
        digits[last] = if digits[last] == '1' { '2' } else { '1' };
        digits.into_iter().collect()
    }

    /// The other sex than the number says.
    fn other_sex(&self) -> String {
        let is_woman = (self.number.as_bytes()[16] - b'0').is_multiple_of(2);
        if is_woman { "男" } else { "女" }.to_owned()
    }
}

/// A number with a right check digit and a month that does not exist: nobody has it.
fn no_such_day(_: &Sound) -> String {
    let digits = "11010119501304123";
    let check = rules::identity::check_digit(digits).unwrap();
    format!("{digits}{check}")
}

const ERRORS: &[Error] = &[
    (0, |_| String::new(), "name-missing"),
    (1, |_| String::new(), "identity-missing"),
    (1, Sound::flipped, "identity-check"),
    (1, |sound| sound.number[..17].to_owned(), "identity-form"),
    (1, |_| "9.90101E+17".to_owned(), "identity-imprecise"),
    (1, no_such_day, "identity-date"),
    (2, |_| "不详男女".to_owned(), "sex"),
    (2, Sound::other_sex, "sex-differs"),
    (3, |_| "1950年13月4日".to_owned(), "day"),
    (3, |_| "1951-03-05".to_owned(), "birth-differs"),
    (4, |_| "2010-02-30".to_owned(), "day"),
    (4, |_| "二〇一〇".to_owned(), "day"),
    (5, |_| "三千多".to_owned(), "money"),
    (5, |_| "3256.505".to_owned(), "money"),
    (6, |_| "1.94E+10".to_owned(), "phone-imprecise"),
    (7, |_| "没有的社区".to_owned(), "station-unknown"),
    (8, |_| "2030-01-01".to_owned(), "future"),
    (8, |_| "#N/A".to_owned(), "cell-error"),
];

/// A roster, and where which error stands with what value.
fn roster() -> (Vec<u8>, BTreeMap<String, (String, &'static str)>) {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("名册").unwrap();
    page.write_string(0, 0, "示范机械厂退休人员名册").unwrap();
    for (column, title) in (0..).zip(TITLES) {
        page.write_string(1, column, title).unwrap();
    }
    let mut planted = BTreeMap::new();
    let mut n_planted = 0;
    for n in 0..N_ROWS {
        // A day has less than a thousand numbers.
        let born = BORN.checked_add(jiff::Span::new().days(n % 20)).unwrap();
        let number = made_up_number(born);
        let sound = Sound { number: number.clone() };
        let is_woman = (number.as_bytes()[16] - b'0').is_multiple_of(2);
        let mut cells = [
            "王秀兰".to_owned(),
            number,
            if is_woman { "女" } else { "男" }.to_owned(),
            format!("1950年3月{}日", born.day()),
            "2010.3.31".to_owned(),
            "3,256.50".to_owned(),
            "19400001234".to_owned(),
            "青山社区".to_owned(),
            "2024-01-01".to_owned(),
        ];
        // Same names are told apart by their numbers.
        cells[0].push_str(["一", "二", "三", "四", "五", "六", "七"][n as usize % 7]);
        if n % 3 == 1 && n_planted < N_PLANTED {
            let (column, wrong, code) = ERRORS[n_planted as usize % ERRORS.len()];
            cells[column] = wrong(&sound);
            let letter = char::from(b'A' + u8::try_from(column).unwrap());
            planted.insert(format!("{letter}{}", n + 3), (cells[column].clone(), code));
            n_planted += 1;
        }
        for (column, text) in (0..).zip(&cells) {
            if text == "#N/A" {
                let formula = rust_xlsxwriter::Formula::new("NA()").set_result("#N/A");
                page.write_formula(n + 2, column, formula).unwrap();
            } else if !text.is_empty() {
                page.write_string(n + 2, column, text).unwrap();
            }
        }
    }
    (book.save_to_buffer().unwrap(), planted)
}

async fn told(world: &World, actor: &kernel::Actor, id: i64) -> Vec<Value> {
    let path = format!("/api/v1/imports/{id}/errors?limit=1000");
    let told: Value = serde_json::from_str(&world.get(actor, &path).await.body).unwrap();
    told["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_planted_error_is_told_by_its_cell_and_nothing_else_is() {
    let world = World::sqlite(crate::world::TODAY).await;
    let clerk = world.clerk("street_clerk", "990101001").await;
    let (bytes, planted) = roster();
    assert_eq!(planted.len(), N_PLANTED as usize);
    let import = checked(&world, &clerk, "名册.xlsx", &bytes).await;
    let mut left = planted.clone();
    let mut beside = Vec::new();
    let all = told(&world, &clerk, import.id).await;
    for one in &all {
        let text = |key: &str| one[key].as_str().unwrap().to_owned();
        let cell = format!("{}{}", text("column"), one["row"]);
        assert_eq!(text("sheet"), "名册");
        let says = text("message");
        assert!(says.chars().count() >= 8, "{cell}: {says}");
        let helps = ["请", "日期不能晚于今天", "证件号码有误"];
        assert!(helps.iter().any(|word| says.contains(word)), "what to do? {cell}: {says}");
        match left.remove(&cell) {
            Some((value, code)) => {
                assert_eq!((text("value"), text("code")), (value, code.to_owned()), "{cell}");
            }
            None => beside.push(format!("{cell} {}", text("code"))),
        }
    }
    assert!(left.is_empty(), "not told: {left:?}");
    assert!(beside.is_empty(), "told beside: {beside:?}");
    let counts = &import.counts;
    let n_sound = u64::from(N_ROWS - N_PLANTED);
    assert_eq!((counts.new, counts.faulty), (n_sound, u64::from(N_PLANTED)), "{counts:?}");

    let path = format!("/imports/{}/errors.xlsx", import.id);
    let asked = Request::get(&path).body(Body::empty()).unwrap();
    let marked = send(&world, &clerk, asked).await;
    let again = checked(&world, &clerk, "名册-标出问题.xlsx", &marked.bytes).await;
    assert_eq!(again.counts, import.counts, "the marked workbook says the same");
    assert_eq!(told(&world, &clerk, again.id).await, all);
}
