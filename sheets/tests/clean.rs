//! 清洗的边界，一行一个。

use sheets::clean::{code, day, is_rounded, line, money, name, phone, text, yes_no};

#[test]
fn days_in_every_shape() {
    let cases = [
        ("1956-3-5", Some("1956-03-05")),
        ("1956/03/05", Some("1956-03-05")),
        ("1956.3.5", Some("1956-03-05")),
        ("1956年3月5日", Some("1956-03-05")),
        ("１９５６年３月５日", Some("1956-03-05")),
        ("19560305", Some("1956-03-05")),
        ("195603", Some("1956-03")),
        ("1956年3月", Some("1956-03")),
        ("1956-03-05 00:00:00", Some("1956-03-05")),
        ("20519", Some("1956-03-05")),
        ("1956-02-30", None),
        ("19561305", None),
        ("56.3.5", None),
        ("3/5/1956", None),
        ("", None),
        ("长期", None),
    ];
    for (raw, expected) in cases {
        let got = day(raw).map(|cleaned| cleaned.value.to_string());
        assert_eq!(got.as_deref(), expected, "{raw}");
    }
    assert!(day("1956-03-05").unwrap().notes.is_empty());
    assert_eq!(day("1956/3/5").unwrap().notes, ["日期的写法已统一"]);
}

#[test]
fn sums_to_the_fen() {
    let cases = [
        ("3,256.50元", Some(325_650)),
        ("￥3256.5", Some(325_650)),
        ("-0.01", Some(-1)),
        ("1.2万元", Some(1_200_000)),
        ("3256.500", Some(325_650)),
        ("3256.505", None),
        ("3,25", None),
        ("约三千", None),
        ("", None),
        ("92233720368547758.08", None),
    ];
    for (raw, fen) in cases {
        assert_eq!(money(raw).map(|cleaned| cleaned.value), fen, "{raw}");
    }
}

#[test]
fn names_codes_and_phones() {
    assert_eq!(name("张　三").value, "张三");
    assert_eq!(name(" 阿依古丽．买买提 ").value, "阿依古丽·买买提");
    assert_eq!(name("阿依古丽.买买提").value, "阿依古丽·买买提");
    assert_eq!(name("John  A. Smith").value, "John A. Smith");
    assert!(name("张三").notes.is_empty());
    assert_eq!(code("'33010619560305001x").value, "33010619560305001X");
    assert_eq!(code("=\"330106\"").value, "330106");
    assert_eq!(code("３３０１ ０６").value, "330106");
    assert_eq!(phone("+86 138-0013-8000").value, "13800138000");
    assert_eq!(phone("(0086)0571-88888888").value, "0571-88888888");
    assert_eq!(phone(")0086)043").value, "043");
    assert_eq!(phone("（0571）88888888").value, "0571-88888888");
    assert_eq!(phone("13800138000/13900139000").value, "13800138000、13900139000");
    assert_eq!(text("\u{feff} a\u{200b} ").value, "a");
    assert_eq!((yes_no("√"), yes_no("无"), yes_no("?")), (Some(true), Some(false), None));
    assert!(is_rounded("3.30106E+17") && !is_rounded("E+1") && !is_rounded("12"));
}

#[test]
fn a_text_that_was_broken_over_lines_is_one_line() {
    let cases = [
        ("青山路1号\n2单元", "青山路1号2单元"),
        ("青山路1号\r\n2单元", "青山路1号2单元"),
        ("Block 3\nRoom 2", "Block 3 Room 2"),
        (" 青山路 8 号 \n\n", "青山路 8 号"),
        ("青山路8号", "青山路8号"),
    ];
    for (raw, expected) in cases {
        assert_eq!(line(raw).value, expected, "{raw:?}");
    }
    assert!(line("青山路8号").notes.is_empty());
    assert_eq!(line("青山路\n8号").notes, ["断开的几行接成了一行"]);
}
