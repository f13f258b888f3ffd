use super::*;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 23);

#[test]
fn published_and_generated_numbers() {
    let rows = include_str!("../../tests/data/id_vectors.tsv");
    for row in rows.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let found = inspect(cells[0], TODAY);
        assert_eq!(found.findings.contains(&Finding::Check), cells[2] == "0", "{row}");
        assert_eq!(found.kind, Kind::Resident18);
        assert!(!found.findings.contains(&Finding::Region), "{row}");
        if cells[1] == "generated" {
            assert_eq!(found.findings, [], "{row}");
        }
    }
    assert!(rows.lines().count() > 20, "the vectors are there");
}

#[test]
fn fifteen_digits_become_eighteen() {
    let rows = include_str!("../../tests/data/id15_to_18.tsv");
    for row in rows.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        assert_eq!(upgrade15(cells[0]).as_deref(), Some(cells[1]));
        let (short, long) = (inspect(cells[0], TODAY), inspect(cells[1], TODAY));
        assert_eq!(short.upgraded.as_deref(), Some(cells[1]));
        assert_eq!((short.born_on, short.sex), (long.born_on, long.sex));
        assert!(!short.is_bad() && !long.is_bad());
    }
    assert_eq!(upgrade15("11010549123100X"), None);
}

#[test]
fn each_finding_stands_alone() {
    let table = [
        ("11010519491231002X", vec![]),
        ("110105194912310021", vec![Finding::Check]),
        ("99", vec![Finding::Form]),
        ("", vec![Finding::Form]),
        ("身份证号码身份证号码", vec![Finding::Form]),
        ("110105491232002", vec![Finding::Date]),
        ("000000491231002", vec![Finding::Region]),
    ];
    for (number, findings) in table {
        assert_eq!(inspect(number, TODAY).findings, findings, "{number}");
    }
    let future = |seq: &str| format!("11010520270101{seq}");
    let long = future("002");
    let number = format!("{long}{}", check_digit(&long).unwrap());
    let found = inspect(&number, TODAY);
    assert_eq!((found.findings.as_slice(), found.is_bad()), (&[Finding::Future][..], false));
}

#[test]
fn what_is_normalised_is_listed() {
    let found = inspect(" １１０１０５19491231 002x\u{3000}", TODAY);
    assert_eq!(found.normalised, "11010519491231002X");
    let changes = [Normalised::Spaces, Normalised::FullWidth, Normalised::UpperCase];
    assert_eq!(found.changes, changes);
    assert_eq!((found.born_on, found.sex), (Some(date(1949, 12, 31)), Some(Sex::Female)));
    assert_eq!(inspect("11010519491231002X", TODAY).changes, []);
}

#[test]
fn permits_are_known() {
    let with_check = |long: &str| format!("{long}{}", check_digit(long).unwrap());
    let table = [
        (with_check("81000019491231002"), Kind::HkMoTw, vec![]),
        (with_check("83000019491231002"), Kind::HkMoTw, vec![]),
        (with_check("91115619491231002"), Kind::Foreign18, vec![]),
        ("USA110049123100".to_owned(), Kind::ForeignPermit15, vec![]),
        ("H1234567890".to_owned(), Kind::Other, vec![Finding::Form]),
    ];
    for (number, kind, findings) in table {
        let found = inspect(&number, TODAY);
        assert_eq!((found.kind, found.findings), (kind, findings), "{number}");
    }
}

#[test]
fn masks_hide_what_they_name() {
    let number = "11010519491231002X";
    let table = [
        (Mask::Full, "******************"),
        (Mask::Middle6, "110105******31002X"),
        (Mask::Birth8, "110105********002X"),
        (Mask::Last4, "11010519491231****"),
        (Mask::First3Last4, "110***********002X"),
        (Mask::None, number),
    ];
    for (how, shown) in table {
        assert_eq!(mask(number, how), shown);
    }
    assert_eq!(mask("110105491231002", Mask::Birth8), "110105******002");
    assert_eq!(mask_telephone("13800000000"), "138****0000");
    assert_eq!(mask_telephone("8765432"), "*******");
    for how in Mask::ALL {
        for short in ["", "1", "张三"] {
            assert_eq!(mask(short, *how).chars().count(), short.chars().count());
        }
    }
}

#[test]
fn credit_codes_are_remarked_on_and_never_refused() {
    let rows = include_str!("../../tests/data/uscc_vectors.tsv");
    for row in rows.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let found = inspect_uscc(cells[0]);
        assert_eq!(found.contains(&UsccFinding::Form), cells[2] == "0", "{row}");
        if cells[2] == "1" {
            assert_eq!(found.contains(&UsccFinding::Check), cells[3] == "0", "{row}");
            assert_eq!(found.contains(&UsccFinding::OrgCheck), cells[5] == "0", "{row}");
        }
    }
    assert_eq!(inspect_uscc("9135"), [UsccFinding::Form]);
}
