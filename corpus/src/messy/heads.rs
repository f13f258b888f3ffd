//! What stands above: titles under many names, over several rows, anywhere on the sheet.

use super::{Case, Draft, Form};
use crate::csv;
use crate::grid::Cell;

/// What the columns are called, six times over.
const NAMES: [[(&str, &str); 12]; 6] = [
    [
        ("name", "姓名"),
        ("identity", "身份证号码"),
        ("sex", "性别"),
        ("born_on", "出生年月"),
        ("phone", "联系电话"),
        ("address", "家庭住址"),
        ("hukou_address", "户籍地址"),
        ("enterprise", "原工作单位"),
        ("retired_on", "退休时间"),
        ("pension", "养老金"),
        ("station", "所属社区"),
        ("+", "参加工作前职业"),
    ],
    [
        ("name", "退休人员姓名"),
        ("identity", "公民身份号码"),
        ("sex", "性 别"),
        ("born_on", "出生日期"),
        ("phone", "手机号码"),
        ("address", "居住地址"),
        ("hukou_address", "户口所在地"),
        ("enterprise", "退休单位"),
        ("retired_on", "退休年月"),
        ("pension", "月养老金（元）"),
        ("station", "社区名称"),
        ("+", "工龄"),
    ],
    [
        ("name", "人员姓名"),
        ("identity", "居民身份证号"),
        ("sex", "性别（男/女）"),
        ("born_on", "出生年月日"),
        ("phone", "本人联系电话"),
        ("address", "现住址"),
        ("hukou_address", "户籍所在地"),
        ("enterprise", "单位名称"),
        ("retired_on", "退休日期"),
        ("pension", "基本养老金"),
        ("station", "社区"),
        ("+", "血型"),
    ],
    [
        ("name", "姓    名*"),
        ("identity", "社会保障号码"),
        ("sex", "人员性别"),
        ("born_on", "出生时间"),
        ("phone", "手机"),
        ("address", "现居住地址"),
        ("hukou_address", "户口地址"),
        ("enterprise", "原单位名称"),
        ("retired_on", "办理退休时间"),
        ("pension", "退休金"),
        ("station", "所在社区"),
        ("+", "兴趣爱好"),
    ],
    [
        ("name", "职工姓名"),
        ("identity", "证件号码"),
        ("sex", "＊性别"),
        ("born_on", "生日"),
        ("phone", "移动电话"),
        ("address", "常住地址"),
        ("hukou_address", "户籍地"),
        ("enterprise", "企业名称"),
        ("retired_on", "离退休时间"),
        ("pension", "养老金金额"),
        ("station", "管理社区"),
        ("+", "职称"),
    ],
    [
        ("name", "名字"),
        ("identity", "身份证"),
        ("sex", "男女"),
        ("born_on", "出生年月(档案无误)"),
        ("phone", "电话号码"),
        ("address", "详细住址"),
        ("hukou_address", "户口所在地详细地址"),
        ("enterprise", "原工作单位名称"),
        ("retired_on", "退休时间（年月）"),
        ("pension", "月领养老金"),
        ("station", "所属社区（村）"),
        ("+", "原职务"),
    ],
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (n, titles) in (1..).zip(&NAMES) {
        cases.push(Draft::of(titles).excel(&format!("names of columns {n}")));
    }
    cases.extend(places());
    cases.extend(deep());
    cases
}

/// Titles anywhere on the sheet.
fn places() -> Vec<Case> {
    let usual = super::USUAL;
    let mut cases = vec![
        Draft::at(usual, (0, 0, 1)).excel("titles in the first row"),
        Draft::at(usual, (0, 0, 1))
            .case("titles in the first row, CSV", Form::Csv(csv::Manner::Utf8)),
        Draft::at(usual, (1, 2, 1)).excel("two empty columns before"),
        Draft::at(usual, (12, 1, 1)).excel("many empty rows before"),
    ];
    let mut draft = Draft::at(usual, (4, 0, 1));
    draft.page.put(1, 0, Cell::text("（2026年度）"));
    draft.page.put(2, 0, Cell::text("填报单位：青山街道"));
    draft.page.put(2, 5, Cell::text("填报日期：2026年5月6日"));
    draft.page.put(3, 7, Cell::text("单位：元"));
    draft.page.merges.push([0, 0, 0, 8]);
    cases.push(draft.excel("four lines above"));
    let without: Vec<_> = usual.iter().copied().filter(|(key, _)| *key != "enterprise").collect();
    for (name, line) in [
        ("the title names the enterprise", "示范市第一机床厂退休人员花名册"),
        ("a label names the enterprise", "单位名称：示范市第一机床厂"),
    ] {
        let mut draft = Draft::of(&without);
        draft.page.put(0, 0, Cell::text(line));
        for nth in 0..6 {
            draft = draft.says(nth, "enterprise_name", Some("示范市第一机床厂"));
        }
        cases.push(draft.excel(name));
    }
    cases.extend(odd());
    cases
}

/// Titles that were written in odd ways.
fn odd() -> Vec<Case> {
    let mut cases = Vec::new();
    let broken = [
        ("-", "序\n号"),
        ("name", "姓\n名"),
        ("identity", "身份\n证号"),
        ("phone", "联系\r\n电话"),
        ("address", "家庭住址\n（详细到门牌）"),
    ];
    cases.push(Draft::of(&broken).excel("titles broken over lines"));
    let marked = [
        ("name", "*姓名"),
        ("identity", "身份证号【必填】"),
        ("phone", "联系电话(11位)"),
        ("address", "家庭住址："),
        ("pension", "养老金（元/月）"),
    ];
    cases.push(Draft::of(&marked).excel("titles with marks and brackets"));
    let silent = [("name", "A"), ("identity", "B"), ("phone", "C")];
    let mut draft = Draft::at(&silent, (0, 0, 1));
    draft.page.texts(0, 0, &["姓氏名字", "编码", "号"]);
    cases.push(draft.excel("titles that say nothing, values that tell"));
    let codes = [
        ("name", "AAC003"),
        ("identity", "AAC147"),
        ("sex", "AAC004"),
        ("phone", "AAE005"),
        ("address", "AAE006"),
        ("enterprise", "AAB004"),
    ];
    cases.push(Draft::at(&codes, (0, 0, 1)).excel("codes of the insurance"));
    let more = [
        ("name", "姓名"),
        ("identity", "身份证号"),
        ("+", "楼栋长"),
        ("phone", "电话"),
        ("+", "是否发放慰问金"),
    ];
    let mut draft = Draft::of(&more);
    let row = draft.row(2);
    draft.page.put(row, 2, Cell::text("赵某"));
    draft.page.put(row, 4, Cell::text("是"));
    let extra = "{\"是否发放慰问金\":\"是\",\"楼栋长\":\"赵某\"}";
    cases.push(draft.says(2, "extra", Some(extra)).excel("columns of their own are kept"));
    cases
}

/// Titles over two and three rows.
fn deep() -> Vec<Case> {
    let titles = [
        ("-", ""),
        ("name", ""),
        ("identity", ""),
        ("phone", "手机"),
        ("address", "家庭住址"),
        ("retired_on", "退休时间"),
        ("pension", "金额"),
    ];
    let mut cases = Vec::new();
    for depth in [2, 3] {
        let mut draft = Draft::at(&titles, (1, 0, depth));
        let foot = depth;
        draft.page.cells.retain(|_, cell| *cell != Cell::text(""));
        for (column, title) in [(0, "序号"), (1, "姓名"), (2, "身份证号")] {
            draft.page.put(1, column, Cell::text(title));
            draft.page.merges.push([1, foot, column, column]);
        }
        draft.page.put(foot - 1, 3, Cell::text("联系方式"));
        draft.page.merges.push([foot - 1, foot - 1, 3, 4]);
        draft.page.put(foot - 1, 5, Cell::text("待遇"));
        draft.page.merges.push([foot - 1, foot - 1, 5, 6]);
        if depth == 3 {
            draft.page.put(1, 3, Cell::text("基本情况"));
            draft.page.merges.push([1, 1, 3, 6]);
        }
        // An amount below «待遇» is a pension to whoever reads it, but not by its title.
        let name = format!("titles over {depth} rows");
        cases.push(draft.clone().excel(&name));
        cases.push(draft.clone().case(&format!("{name}, ODS"), Form::Ods));
        cases.push(draft.case(&format!("{name}, Excel 97"), Form::Xls(crate::biff::Manner::Eight)));
    }
    cases
}
