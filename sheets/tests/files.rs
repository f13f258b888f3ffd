//! 真文件读写的故事：表头、合计、号码、编码、坏文件。

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use sheets::*;
use tempfile::TempDir;

const FIELDS: &[Field] = &[
    Field {
        key: "name",
        title: "姓名",
        synonyms: &["退休人员姓名"],
        content: Content::Name,
        required: Need::Required,
    },
    Field {
        key: "identity",
        title: "公民身份号码",
        synonyms: &["身份证号", "身份证号码"],
        content: Content::Identity,
        required: Need::Required,
    },
    Field {
        key: "phone",
        title: "联系电话",
        synonyms: &["手机"],
        content: Content::Phone,
        required: Need::Optional,
    },
    Field {
        key: "sex",
        title: "性别",
        synonyms: &[],
        content: Content::Sex,
        required: Need::Optional,
    },
];

struct Kept {
    _folder: TempDir,
    path: PathBuf,
}

fn kept(bytes: &[u8]) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("upload");
    std::fs::write(&path, bytes).unwrap();
    Kept { _folder: folder, path }
}

fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn read(bytes: &[u8]) -> Result<Vec<RowIn>, SheetError> {
    let file = kept(bytes);
    let mut book = open(&file.path, "名册.xls")?;
    let sheet = book.sheets()[0].name.clone();
    let mut rows = Vec::new();
    book.rows(&sheet, &mut |row| {
        rows.push(row);
        Ok::<_, SheetError>(Flow::Go)
    })?;
    Ok(rows)
}

fn texts(row: &RowIn) -> Vec<&str> {
    row.cells.iter().map(|cell| cell.text.as_str()).collect()
}

#[test]
fn merged_header_titles_totals_and_notes_are_told_apart() {
    let bytes = workbook(|page| {
        let plain = Format::new();
        page.merge_range(0, 0, 0, 4, "青山街道企业退休人员花名册", &plain).unwrap();
        page.write(1, 0, "填报单位：青山街道").unwrap();
        page.write(1, 3, "日期：2026年3月").unwrap();
        page.merge_range(2, 0, 3, 0, "序号", &plain).unwrap();
        page.merge_range(2, 1, 2, 3, "基本信息", &plain).unwrap();
        page.merge_range(2, 4, 3, 4, "联系电话\n（选填）", &plain).unwrap();
        for (column, title) in [(1, "* 姓 名"), (2, "身份证号"), (3, "性别")] {
            page.write(3, column, title).unwrap();
        }
        for (row, name) in [(4, "张　三"), (6, "李四")] {
            page.write(row, 0, 1).unwrap();
            page.write(row, 1, name).unwrap();
            page.write(row, 2, "330106195603050012").unwrap();
            page.write(row, 3, "男").unwrap();
        }
        page.write(7, 0, "合计").unwrap();
        page.write(7, 1, 2).unwrap();
        page.write(8, 0, "备注：本表一式两份").unwrap();
    });
    let rows = read(&bytes).unwrap();
    let header = find_header(&rows, FIELDS).unwrap();
    assert_eq!((header.first_row, header.last_row), (3, 4));
    let titles: Vec<&str> = header.columns.iter().map(|c| c.title.as_str()).collect();
    assert_eq!(
        titles,
        ["序号", "基本信息 *姓名", "基本信息 身份证号", "基本信息 性别", "联系电话（选填）"]
    );
    let below: Vec<&RowIn> = rows.iter().filter(|row| row.number > header.last_row).collect();
    let kinds: Vec<(u32, RowKind)> =
        below.iter().map(|row| (row.number, row_kind(row, &header))).collect();
    use RowKind::{Data, Note, Total};
    assert_eq!(kinds, [(5, Data), (7, Data), (8, Total), (9, Note)]);
    let data: Vec<RowIn> = below[..2].iter().map(|&row| row.clone()).collect();
    let mapping = map(&header, FIELDS, &data);
    let columns = ["name", "identity", "sex", "phone"].map(|key| mapping.column(key));
    assert_eq!(columns, [Some(1), Some(2), Some(3), Some(4)]);
    assert_eq!(mapping.doubtful, Vec::<&str>::new());
    let left: Vec<&str> = mapping.unmapped.iter().map(|c| c.title.as_str()).collect();
    assert_eq!(left, ["序号"]);
}

#[test]
fn columns_without_a_telling_title_are_guessed_and_said_to_be() {
    let csv = "甲,乙,丙\n张三,330106195603050012,13800138000\n李四,330106195603050039,13800138001\n\
               王五·买买提,330106195603050055,0571-88888888\n";
    let rows = read(csv.as_bytes()).unwrap();
    let header = find_header(&rows, FIELDS).unwrap();
    let mapping = map(&header, FIELDS, &rows[1..]);
    assert_eq!(mapping.column("identity"), Some(1));
    assert_eq!(mapping.column("phone"), Some(2));
    assert!(mapping.by_field.iter().all(|mapped| mapped.how == How::Guessed));
    assert_eq!(mapping.doubtful.len(), 3);
}

#[test]
fn numbers_dates_and_long_identity_numbers_keep_what_the_file_holds() {
    let bytes = workbook(|page| {
        page.write(0, 0, 330_106_195_603_050_012_f64).unwrap();
        page.write(0, 1, 3256.5).unwrap();
        page.write(0, 2, 0.1 + 0.2).unwrap();
        page.write(0, 3, 123_456_789_012_345_f64).unwrap();
        page.write_with_format(0, 4, 20519, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        page.write_with_format(0, 5, 20519, &Format::new().set_num_format("yyyy\"年\"m\"月\""))
            .unwrap();
        page.write_with_format(0, 6, 12, &Format::new().set_num_format("000000")).unwrap();
        page.write_with_format(0, 7, 19_560_305, &Format::new().set_num_format("yyyy/m/d"))
            .unwrap();
        page.write(0, 8, true).unwrap();
    });
    let rows = read(&bytes).unwrap();
    let got: Vec<(&str, CellKind)> =
        rows[0].cells.iter().skip(1).map(|cell| (cell.text.as_str(), cell.kind)).collect();
    use CellKind::{Date, Month, Number, Truth};
    assert_eq!(rows[0].cells[0].kind, CellKind::Imprecise);
    assert_eq!(
        got,
        [
            ("3256.5", Number),
            ("0.3", Number),
            ("123456789012345", Number),
            ("1956-03-05", Date),
            ("1956-03", Month),
            ("000012", Number),
            ("19560305", Number),
            ("TRUE", Truth),
        ]
    );
}

#[test]
fn csv_in_every_code_counts_rows_as_excel_does() {
    let text = "姓名,备注\r\n\r\n张三,\"两行\n一格 \"\"引\"\"\"\r\n𠮷野,3.30106E+17";
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    for bytes in [text.into(), format!("\u{feff}{text}").into_bytes(), utf16, gb] {
        let rows = read(&bytes).unwrap();
        let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 3, 4]);
        assert_eq!(texts(&rows[1]), ["张三", "两行\n一格 \"引\""]);
        assert_eq!(texts(&rows[2]), ["𠮷野", "3.30106E+17"]);
        assert_eq!(rows[2].cells[1].kind, CellKind::Imprecise);
    }
}

#[test]
fn a_corner_cell_costs_nothing_and_a_far_column_is_named() {
    let bytes = workbook(|page| {
        page.write(0, 0, "姓名").unwrap();
        page.write(1_048_575, 0, "末").unwrap();
    });
    let rows = read(&bytes).unwrap();
    assert_eq!((rows.len(), rows[1].number), (2, 1_048_576));
    let far = workbook(|page| {
        page.write(1_048_575, 16_383, "末").unwrap();
    });
    assert!(read(&far).unwrap_err().to_string().contains("XFD1048576"));
}

#[test]
fn what_is_no_spreadsheet_is_refused_in_a_sentence() {
    let old = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 600]].concat();
    let secret: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(Vec<u8>, &str); 8] = [
        (b"<?xml version=\"1.0\"?><Workbook/>".to_vec(), "不认识"),
        (old.clone(), "文件已损坏"),
        ([old, secret].concat(), "文件有密码"),
        (b"\xef\xbb\xbf <html><p>1".to_vec(), "网页"),
        (Vec::new(), "空的"),
        (b"\xef\xbb\xbf \r\n".to_vec(), "空的"),
        (b"\x01PNG\r\n\x1a\n\0\0\0\xff".to_vec(), "不认识"),
        (b"a,b\n1,\xff\xff\n".to_vec(), "编码"),
    ];
    for (bytes, sentence) in cases {
        let refused = read(&bytes).unwrap_err().to_string();
        assert!(refused.contains(sentence), "{refused}");
    }
}

#[test]
fn bombs_and_lying_counts_are_refused() {
    let good = workbook(|page| {
        page.write(0, 0, "姓名".repeat(3000)).unwrap();
    });
    let file = kept(&good);
    let limits = Limits { inflated_bytes: 20_000, ..Limits::default() };
    let refused = open_within(&file.path, "n", limits).err().unwrap();
    assert!(matches!(refused, SheetError::InflatesTooBig { .. }));
    let limits = Limits { n_parts: 3, ..Limits::default() };
    let refused = open_within(&file.path, "n", limits).err().unwrap();
    assert!(matches!(refused, SheetError::TooManyParts { .. }));
    let limits = Limits { ratio: 20, ratio_from_bytes: 4096, ..Limits::default() };
    let refused = open_within(&file.path, "n", limits).err().unwrap();
    assert!(matches!(refused, SheetError::TooDense));
    for sst in [
        "<sst uniqueCount=\"18446744073709551615\"><si><t>x</t></si></sst>",
        "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><sst><si><t>&a;</t></si></sst>",
    ] {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (part, text) in [("xl/workbook.xml", "<workbook/>"), ("xl/sharedStrings.xml", sst)] {
            zip.start_file(part, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(matches!(read(&bytes), Err(SheetError::Damaged { .. })));
    }
}

fn columns() -> Vec<ColumnOut> {
    [
        ("身份证号", KindOut::Text),
        ("生日", KindOut::Day),
        ("人数", KindOut::Int),
        ("金额", KindOut::Money),
    ]
    .map(|(title, kind)| ColumnOut { title: title.into(), width: 20, kind })
    .to_vec()
}

#[test]
fn what_is_written_is_read_again() {
    let lines =
        Lines { title: Some("名册".into()), footer: Some("完".into()), ..Lines::default() };
    let mut out = XlsxOut::create("a/b", &columns(), lines).unwrap();
    out.push(&["330106195603050012", "1956-03-05", "12", "3256.50"]).unwrap();
    out.push(&["=1+1", "1956-03", "007", "约三千"]).unwrap();
    assert!(matches!(out.push(&["x"]), Err(SheetError::Width { .. })));
    let mut bytes = Vec::new();
    out.finish(&mut bytes).unwrap();
    let rows = read(&bytes).unwrap();
    assert_eq!(texts(&rows[1]), ["身份证号", "生日", "人数", "金额"]);
    assert_eq!(texts(&rows[2]), ["330106195603050012", "1956-03-05", "12", "3256.5"]);
    let kinds: Vec<CellKind> = rows[2].cells.iter().map(|cell| cell.kind).collect();
    use CellKind::{Date, Number, Text};
    assert_eq!(kinds, [Text, Date, Number, Number]);
    assert_eq!(texts(&rows[3]), ["=1+1", "1956-03", "007", "约三千"]);
    assert_eq!(texts(&rows[4]), ["完"]);
}

#[test]
fn a_full_sheet_is_followed_by_another() {
    let lines = Lines {
        title: Some("名册".into()),
        watermark: Some("说明：由甲导出".into()),
        rows_a_sheet: Some(6),
        ..Lines::default()
    };
    let mut out = XlsxOut::create("退休人员名册", &columns(), lines).unwrap();
    for n in 1..=7 {
        let number = format!("33010619560305{n:04}");
        out.push(&[&number, "1956-03-05", &n.to_string(), "3256.50"]).unwrap();
    }
    assert!(matches!(out.push(&["x"]), Err(SheetError::Width { .. })));
    let mut bytes = Vec::new();
    out.finish(&mut bytes).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book");
    std::fs::write(&path, &bytes).unwrap();
    let mut book = sheets::open(&path, "book.xlsx").unwrap();
    let names: Vec<String> = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    assert_eq!(names, ["退休人员名册", "退休人员名册（2）", "退休人员名册（3）"]);
    let mut counted = Vec::new();
    for name in &names {
        let mut rows = Vec::new();
        book.rows::<SheetError>(name, &mut |row| {
            rows.push(row.clone());
            Ok(Flow::Go)
        })
        .unwrap();
        assert_eq!(texts(&rows[0]), ["名册"], "{name}");
        assert_eq!(texts(&rows[1]), ["说明：由甲导出"], "{name}");
        assert_eq!(texts(&rows[2]), ["身份证号", "生日", "人数", "金额"], "{name}");
        counted.push(rows[3..].iter().map(|row| row.text(2).to_owned()).collect::<Vec<_>>());
    }
    assert_eq!(counted, [vec!["1", "2", "3"], vec!["4", "5", "6"], vec!["7"]]);
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for (at, last) in [(1, "D6"), (2, "D6"), (3, "D4")] {
        let mut part = String::new();
        let name = format!("xl/worksheets/sheet{at}.xml");
        zip.by_name(&name).unwrap().read_to_string(&mut part).unwrap();
        assert!(part.contains(&format!("<autoFilter ref=\"A3:{last}\"/>")), "{name}");
        assert!(part.contains("topLeftCell=\"A4\""), "{name}: the heading stays in sight");
    }
}

#[test]
fn csv_is_written_and_read_again() {
    for code in [CsvCode::Utf8, CsvCode::Gb18030] {
        let mut out =
            CsvOut::create(Vec::new(), &["姓名", "备注"], code, LeadingSign::AsIs).unwrap();
        out.push(&["𠮷·买", "=1,\"2\"\n3"]).unwrap();
        let rows = read(&out.finish().unwrap()).unwrap();
        assert_eq!(texts(&rows[1]), ["𠮷·买", "=1,\"2\"\n3"]);
    }
    let gb = CsvCode::Gb18030;
    let mut out = CsvOut::create(Vec::new(), &["a"], gb, LeadingSign::Apostrophe).unwrap();
    out.push(&["=1"]).unwrap();
    let refused = out.push(&["\u{e5e5}"]).unwrap_err().to_string();
    assert!(refused.contains("第 3 行第 1 列") && refused.contains("U+E5E5"), "{refused}");
    assert_eq!(out.finish().unwrap(), b"a\r\n'=1\r\n");
}

/// A package whose parts are stored, so that a changed byte reaches the XML.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut packed = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for at in 0..packed.len() {
        let mut part = packed.by_index(at).unwrap();
        zip.start_file(part.name().unwrap().into_owned(), options).unwrap();
        std::io::copy(&mut part, &mut zip).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_file_makes_the_reader_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let good = workbook(|page| {
            page.write(0, 0, "姓名").unwrap();
            page.write(1, 1, 12).unwrap();
        });
        for mut bytes in [good.clone(), stored(&good), "姓名,\"a\"\n1,2\n".into()] {
            for (at, value) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            let _ = read(&bytes);
        }
    }
}
