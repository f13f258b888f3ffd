//! `songhe export`, as the operator types it: the limits, hidden numbers and record of the page.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use sheets::{Flow, SheetError};
use tempfile::TempDir;

/// A district of made-up people on SQLite, with its accounts.
struct House {
    dir: TempDir,
}

impl House {
    fn new() -> Self {
        let house = Self { dir: tempfile::tempdir().unwrap() };
        house.write("orgs.csv", ORGS);
        house.write("roster.csv", ROSTER);
        house.done(&["init"]);
        house.done(&["orgs", "import", "orgs.csv"]);
        house.done(&["import", "roster", "roster.csv"]);
        for (name, org, post) in [
            ("office", "990101", "office_clerk"),
            ("qingshan", "990101001001", "coordinator"),
            ("auditor", "990101", "auditor"),
        ] {
            house.done(&["account", "add", name, "--org", org, "--post", post]);
        }
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        let url = format!("sqlite:{}", self.path("songhe.db").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_songhe"));
        command.args(args).args(["--database", &url, "--today", "2026-05-06"]);
        command.env_remove("SONGHE_DATABASE").env_remove("SONGHE_KEY_FILE");
        command.current_dir(self.dir.path()).output().unwrap()
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let says = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {says}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn export(&self, args: &[&str]) -> Output {
        let words = ["--purpose", "核对名册", "--recipient", "区社保中心"];
        self.run(&[&["export"], args, &words].concat())
    }

    /// What an export tells of itself.
    fn taken(&self, args: &[&str]) -> Value {
        let output = self.export(&[args, &["--json"]].concat());
        let says = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {says}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Why an export is refused, and that it leaves nothing behind.
    fn refused(&self, args: &[&str]) -> String {
        let before = self.files();
        let output = self.export(args);
        let says = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {says}");
        assert_eq!(self.files(), before, "{args:?}: nothing is left behind");
        says
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.contains(".db")).collect();
        names.sort();
        names
    }

    /// Titles and rows, as the reader of the house reads them.
    fn rows(&self, name: &str) -> Vec<Vec<String>> {
        let mut book = sheets::open(&self.path(name), name).unwrap();
        let mut rows: Vec<Vec<String>> = Vec::new();
        let sheet = book.sheets()[0].name.clone();
        book.rows::<SheetError>(&sheet, &mut |row| {
            let width = row.cells.last().map_or(0, |cell| cell.column + 1);
            rows.push((0..width).map(|column| row.text(column).to_owned()).collect());
            Ok(Flow::Go)
        })
        .unwrap();
        // The title and the watermark stand in one cell each.
        rows.retain(|row| row.len() > 1);
        rows
    }

    fn whole(&self, name: &str) -> String {
        let mut book = sheets::open(&self.path(name), name).unwrap();
        let sheet = book.sheets()[0].name.clone();
        let mut text = String::new();
        book.rows::<SheetError>(&sheet, &mut |row| {
            text.extend(row.cells.iter().map(|cell| cell.text.as_str()));
            Ok(Flow::Go)
        })
        .unwrap();
        text
    }
}

const ORGS: &str = "code,name,level,parent\n990101,东区,district,\n\
                    990101001,青山街道,street,990101\n\
                    990101001001,青山社区,station,990101001\n\
                    990101001002,松涛社区,station,990101001\n";

const ROSTER: &str = "姓名,性别,身份证号,手机号码,所属社区,移交日期\n\
                      王秀兰,女,990101195003041224,19400000001,青山社区,2026-04-01\n\
                      李建国,男,99010119480102001X,19400000002,青山社区,2026-04-01\n\
                      赵桂英,女,99010119551111002X,19400000003,松涛社区,2026-04-01\n";

const NUMBERS: [&str; 2] = ["--column", "id_number"];

#[test]
fn a_list_is_written_as_it_is_asked_for() {
    let house = House::new();
    for (file, more, format) in [
        ("all.xlsx", &[][..], "xlsx"),
        ("all.csv", &[], "csv"),
        ("ALL.CSV", &["--gb18030"], "csv-gb18030"),
    ] {
        let columns = ["--column", "姓名", "--column", "id_number", "--column", "手机号码"];
        let told = house.taken(&[&["people", file], &columns[..], more].concat());
        assert_eq!(told["format"], format);
        assert_eq!((&told["n_rows"], &told["file"]), (&3.into(), &file.into()));
        assert_eq!(told["n_bytes"], std::fs::metadata(house.path(file)).unwrap().len());
        let sum = songhe::cli::handover::files::checksum_of(&house.path(file)).unwrap();
        assert_eq!(told["sha256"], sum, "{file}");
        assert_eq!(told["org"], "990101", "whoever is above all sees the record");
        let rows = house.rows(file);
        assert_eq!(rows[0], ["姓名", "身份证号", "手机号码"], "{file}");
        let mut rows = rows[1..].to_vec();
        rows.sort();
        assert_eq!(rows[1], ["王秀兰", "990***********1224", "194****0001"], "{file}");
        assert_eq!(rows.len(), 3, "{file}");
        let whole = house.whole(file);
        assert!(whole.contains("由本机操作员（本机）于2026-05-06导出"), "{whole}");
        assert!(whole.contains("用途：核对名册；接收方：区社保中心"), "{whole}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(house.path("all.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else reads it");
    }
    let shown = |mask: &[&str]| {
        let columns = ["people", "one.csv", "--org", "990101001002", "--column", "手机号码"];
        house.taken(&[&columns[..], &NUMBERS, mask].concat());
        house.rows("one.csv")[1].clone()
    };
    assert_eq!(shown(&["--mask", "last4"]), ["1940000****", "99010119551111****"]);
    let apart = ["--mask", "birth8", "--phone-mask", "full"];
    assert_eq!(shown(&apart), ["***********", "990101********002X"]);
    let full = ["--mask", "none", "--reason", "换发社保卡"];
    assert_eq!(shown(&full), ["19400000003", "99010119551111002X"]);
    assert!(house.refused(&["people", "x.csv", "--mask", "none"]).contains("须填写原因"));

    let told = house.taken(&["duties", "d.xlsx", "--condition", "owner=station"]);
    assert_eq!(told["conditions"], "owner=station");
    let rows = house.rows("d.xlsx");
    assert_eq!(rows[0][..3], ["姓名", "事项", "所属社区"]);
    assert_eq!(told["n_rows"], rows.len() - 1);
    assert!(rows.len() > 3, "{rows:?}");
    let told = house.taken(&["visits", "v.csv", "--condition", "from=2026-01-01"]);
    assert_eq!(told["n_rows"], 0);
    house.done(&["verify"]);
}

#[test]
fn what_is_not_understood_is_refused_and_leaves_no_file() {
    let house = House::new();
    let file = ["people", "x.csv"];
    let table: &[(&[&str], &str)] = &[
        (&["people", "x.pdf"], "文件名的后缀请用 .xlsx 或 .csv"),
        (&["people", "x.xlsx", "--gb18030"], "--gb18030 只用于 .csv"),
        (&["people", "no/x.csv"], "不能写到 no/x.csv"),
        (&["people", "x.csv", "--column", "password"], "没有“password”这一列，可用的有：name 姓名"),
        (&["people", "x.csv", "--condition", "state=open"], "没有“state”这个条件"),
        (&["people", "x.csv", "--condition", "status=alive"], "不认识“alive”，可用的有：active"),
        (&["people", "x.csv", "--org", "990199"], "没有代码为“990199”的机构"),
        (&["duties", "x.csv", "--condition", "from=5月"], "请按“2026-11-23”的样式"),
        (&["duties", "x.csv", "--mask", "full"], "没有证件号码和电话"),
        (&["people", "x.csv", "--profile", "月报"], "没有名为“月报”的常用格式"),
        (&["people", "x.csv", "--account", "nobody"], "没有可用的账号“nobody”"),
        (&["people", "x.csv", "--at-most", "2"], "超过 2 行，没有导出"),
    ];
    for (args, says) in table {
        let said = house.refused(args);
        assert!(said.contains(says), "{args:?}: {said}");
    }
    let told = house.export(&[&file[..], &["--at-most", "2", "--json"]].concat());
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["code"], "too-many-rows");
    let told = house.export(&[&file[..], &["--org", "1", "--json"]].concat());
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!((&told["code"], told["fields"].as_array().unwrap().len()), (&"invalid".into(), 1));
    for usage in [&["export", "people", "x.csv"][..], &["export", "cards", "x.csv"]] {
        assert_eq!(house.run(usage).status.code(), Some(2), "{usage:?}");
    }
    // What was there before is still there.
    house.write("kept.csv", "旧的");
    house.refused(&["people", "kept.csv", "--at-most", "1"]);
    assert_eq!(std::fs::read_to_string(house.path("kept.csv")).unwrap(), "旧的");
    house.taken(&["people", "kept.csv"]);
    assert_eq!(house.rows("kept.csv").len(), 4);
}

#[test]
fn in_the_name_of_an_account_its_post_place_and_limits_hold() {
    let house = House::new();
    let told = house.taken(&["people", "own.csv", "--account", "qingshan"]);
    assert_eq!((&told["n_rows"], &told["org"]), (&2.into(), &"990101001001".into()));
    assert_eq!(told["who"], "qingshan（本机操作员代）");
    let whole = house.whole("own.csv");
    assert!(whole.contains("王秀兰") && !whole.contains("赵桂英"), "{whole}");
    let as_of = |name, more: &[&str]| {
        house.refused(&[&["people", "x.csv", "--account", name], more].concat())
    };
    assert!(as_of("qingshan", &["--org", "990101001002"]).contains("没有代码为“990101001002”"));
    let full = ["--mask", "none", "--reason", "换发社保卡"];
    assert!(as_of("qingshan", &full).contains("您的岗位不能办理「导出完整证件号码」"));
    assert!(as_of("auditor", &[]).contains("您的岗位不能办理「查看退休人员」"));
    house.done(&["account", "disable", "qingshan"]);
    assert!(as_of("qingshan", &[]).contains("没有可用的账号“qingshan”"));
    for _ in 0..songhe::exchange::export::FULL_A_DAY {
        house.taken(&[&["people", "full.csv", "--account", "office"][..], &full].concat());
    }
    assert!(as_of("office", &full).contains("今天已导出完整号码 10 次"));
    house.taken(&["people", "masked.csv", "--account", "office"]);
    house.done(&["verify"]);
}
