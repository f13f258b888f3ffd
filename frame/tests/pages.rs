//! What every page and component must keep to, whoever builds on it.

use frame::{
    Answer, Bar, Chart, Choice, Col, FieldError, Found, Input, Kind, Link, MenuGroup, MenuItem,
    Pager, PrintSheet, Shell, Step, Table, TextSize, Tone, Who, assets,
};
use maud::html;

const CSS: &str = include_str!("../assets/songhe.css");
const SCRIPT: &str = include_str!("../assets/songhe.js");
const HTMX: &str = include_str!("../assets/htmx.min.js");

fn signed_in() -> Shell {
    let who =
        Who {
            name: "李芳".to_owned(), org: "青山社区".to_owned(), post: "社区专干".to_owned()
        };
    let mut duties = MenuItem::new("我的待办", "/duties");
    duties.current = true;
    duties.badge = Some("3件".to_owned());
    let menu = vec![MenuGroup { title: String::new(), items: vec![duties] }];
    Shell::new("我的待办", html! { p { "正文" } }).signed_in(who, "the-token").menu(menu)
}

#[test]
fn a_page_is_a_chinese_document_with_its_landmarks() {
    let page = signed_in().crumb("首页", "/").render().into_string();
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"zh-CN\">"));
    for part in [
        "<title>我的待办 - 松鹤</title>",
        "<meta name=\"renderer\" content=\"webkit\">",
        "<a class=\"skip\" href=\"#main\">",
        "<main id=\"main\"",
        "<nav class=\"crumbs\" aria-label=\"当前位置\">",
        "<a href=\"/duties\" aria-current=\"page\">我的待办 <span class=\"badge\">3件</span>",
        "<form class=\"search\" method=\"get\" action=\"/people\" role=\"search\"",
        "hx-get=\"/people/suggest\"",
        "accesskey=\"s\"",
        "<a href=\"/help\">",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert_eq!(page.matches("<h1>").count(), 1);
}

#[test]
fn signing_out_is_a_post_with_the_token() {
    let page = signed_in().render().into_string();
    let out = "<form method=\"post\" action=\"/sign-out\">\
               <input type=\"hidden\" name=\"csrf\" value=\"the-token\">";
    assert!(page.contains(out), "{page}");
}

#[test]
fn who_sees_no_retiree_has_no_search_box() {
    let page = signed_in().without_search().render().into_string();
    assert!(!page.contains("role=\"search\"") && page.contains("/sign-out"), "{page}");
}

#[test]
fn a_stranger_sees_neither_search_nor_sign_out() {
    let page = Shell::new("登录", html! {}).render().into_string();
    assert!(!page.contains("/people"));
    assert!(!page.contains("/sign-out"));
}

#[test]
fn errors_stand_in_the_title_in_the_summary_and_beside_the_field() {
    let errors = vec![
        FieldError::new("visited_on", "来访日期晚于今天"),
        FieldError::new("", "该事项已被他人更新，请刷新后重试"),
    ];
    let field = frame::text_field(
        Input::date("visited_on", "来访日期").value("2026<").errors(&errors).optional(),
    );
    let page = Shell::new("登记来访", field).errors(errors).render().into_string();
    for part in [
        "<title>有误：登记来访 - 松鹤</title>",
        "tabindex=\"-1\" autofocus><h2 id=\"error-summary-title\">请更正以下2处",
        "<a href=\"#visited_on\">来访日期晚于今天</a>",
        "<li>该事项已被他人更新，请刷新后重试</li>",
        "<label for=\"visited_on\">来访日期<span class=\"optional\">（选填）</span></label>",
        "value=\"2026&lt;\"",
        "aria-describedby=\"visited_on-hint visited_on-error\" aria-invalid=\"true\"",
        "<p class=\"error\" id=\"visited_on-error\">",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

#[test]
fn every_kind_of_question_shows_its_own_error_and_nobody_elses() {
    let errors = [FieldError::new("a", "请填写甲"), FieldError::new("b", "请填写乙")];
    let ask = || Input::new("a", "甲").errors(&errors);
    let choices = [Choice::new("1", "一"), Choice::new("2", "二")];
    for field in [
        frame::text_field(ask()),
        frame::textarea(ask(), 3),
        frame::select_field(ask(), &choices),
        frame::radio_group(ask(), &choices),
        frame::checkbox_group(ask(), &choices, &[]),
        frame::checkbox(ask()),
        frame::file_field(ask(), ".pdf"),
    ] {
        let field = field.into_string();
        // The summary leads to `#a`, so there must be exactly one such place.
        assert_eq!(field.matches(" id=\"a\"").count(), 1, "{field}");
        assert!(field.contains("aria-describedby=\"a-error\""), "{field}");
        assert!(field.contains("请填写甲") && !field.contains("请填写乙"), "{field}");
        assert!(field.contains("field faulty"), "{field}");
    }
}

#[test]
fn what_was_typed_is_kept() {
    let choices = [Choice::new("1", "一"), Choice::new("2", "二"), Choice::new("3", "三")];
    let ask = || Input::new("a", "甲").value("2");
    let select = frame::select_field(ask(), &choices).into_string();
    assert!(select.contains("<option value=\"2\" selected>二"));
    assert_eq!(select.matches("selected").count(), 1);
    let radio = frame::radio_group(ask(), &choices).into_string();
    assert_eq!(radio.matches(" checked").count(), 1);
    let boxes = frame::checkbox_group(ask(), &choices, &["1", "3"]).into_string();
    assert_eq!(boxes.matches(" checked").count(), 2);
    let lines = frame::textarea(Input::new("a", "甲").value("\n第二行"), 3).into_string();
    assert!(lines.contains(">\n\n第二行</textarea>"), "{lines}");
    let secret = frame::text_field(ask().kind(Kind::Password)).into_string();
    assert!(!secret.contains("value="), "a password is never sent back: {secret}");
}

#[test]
fn a_select_has_one_empty_answer() {
    let own = frame::select_field(Input::new("a", "甲"), &[Choice::new("", "全部")]).into_string();
    assert!(own.contains("全部") && !own.contains("请选择"));
    let none = frame::select_field(Input::new("a", "甲"), &[Choice::new("1", "一")]).into_string();
    assert!(none.contains("<option value=\"\">请选择"));
}

#[test]
fn a_form_carries_token_and_key() {
    let form = frame::form_post("/visits", "t", "k", html! {}).into_string();
    assert!(form.contains("method=\"post\" action=\"/visits\" novalidate"));
    assert!(form.contains("name=\"csrf\" value=\"t\""));
    assert!(form.contains("name=\"idempotency_key\" value=\"k\""));
    let upload = frame::form_upload("/import", "t", "k", html! {}).into_string();
    assert!(upload.contains("enctype=\"multipart/form-data\""));
}

#[test]
fn a_table_numbers_its_rows_and_fills_short_ones() {
    let columns = vec![Col::select("ids"), Col::head("姓名"), Col::number("元"), Col::actions()];
    let rows = vec![vec![frame::select_one("ids", "7", "王秀兰"), frame::text("王秀兰")]];
    let table = Table::new("名册", columns).rows(rows).numbered_from(41).total(Vec::new());
    let table = frame::table(table).into_string();
    assert!(table.contains("role=\"region\" tabindex=\"0\" aria-label=\"名册\""));
    assert!(table.contains("<td class=\"serial\">41</td>"));
    assert!(table.contains("<th scope=\"row\">王秀兰</th>"));
    assert!(table.contains("aria-label=\"选择王秀兰\""));
    assert_eq!(table.matches("<td").count() + table.matches("scope=\"row\"").count(), 10);
}

#[test]
fn an_empty_table_says_what_to_do() {
    let table = Table::new("来访", vec![Col::text("姓名")]).empty("本月没有来访");
    let table = frame::table(table).into_string();
    assert!(table.contains("本月没有来访") && !table.contains("<table"));
}

#[test]
fn a_pager_shows_only_ways_that_lead_somewhere() {
    let pager =
        Pager { next: Some("?after=9".to_owned()), total: Some(20_418), ..Pager::default() };
    let pager = frame::pager(pager).into_string();
    assert!(pager.contains("共20,418条") && pager.contains("下一页"));
    assert!(!pager.contains("上一页") && !pager.contains("每页"));
}

#[test]
fn steps_say_in_words_where_we_are() {
    let step = |title| Step { title, href: None };
    let steps = frame::steps("步骤", &[step("填写"), step("核对"), step("完成")], 1).into_string();
    for state in ["已完成", "进行中", "未开始"] {
        assert_eq!(steps.matches(state).count(), 1);
    }
    assert_eq!(steps.matches("aria-current=\"step\"").count(), 1);
}

#[test]
fn progress_neither_divides_by_zero_nor_passes_the_end() {
    for (done, total, percent) in [(0, 0, 0), (1, 3, 33), (3, 3, 100), (5, 3, 100)] {
        let progress = frame::progress(done, total).into_string();
        assert!(progress.contains(&format!("value=\"{percent}\"")), "{progress}");
    }
}

#[test]
fn a_change_link_names_what_it_changes() {
    let answer =
        Answer { label: "死亡日期", value: frame::text("x"), change: Some("/c".to_owned()) };
    let shown = frame::check_answers(&[answer]).into_string();
    assert!(shown.contains("更改<span class=\"unseen\">死亡日期</span>"));
}

#[test]
fn a_chart_draws_every_bar_beside_its_number() {
    let bars = [("甲", 200), ("乙", 1), ("丙", 0), ("机床厂第一职工宿舍区", 100)];
    let chart = Chart {
        caption: "人数",
        of: "街路巷",
        unit: "人",
        bars: bars.map(|(label, n)| Bar { label, n }).into(),
    };
    let chart = frame::bar_chart(chart).into_string();
    for width in ["width=\"1000\"", "width=\"5\"", "width=\"0\"", "width=\"500\""] {
        assert!(chart.contains(width), "{width} is missing in {chart}");
    }
    for number in ["200", "1", "0", "100"] {
        assert!(chart.contains(&format!("<td class=\"number\">{number}</td>")), "{chart}");
    }
}

#[test]
fn what_was_found_is_said_and_nothing_is_said_about_nothing() {
    assert_eq!(frame::found("  ", &[]).into_string(), "");
    assert!(frame::found("<b>", &[]).into_string().contains("“&lt;b&gt;”"));
    let wang = Found { title: "王秀兰", detail: "青山社区", href: "/people/1".to_owned() };
    assert!(frame::found("王", &[wang]).into_string().contains("href=\"/people/1\""));
}

#[test]
fn days_and_counts_are_written_the_chinese_way() {
    let days = [
        ("2026-05-01", "2026年5月1日"),
        ("1949-12-31", "1949年12月31日"),
        ("2026-13-01", "2026-13-01"),
        ("2026-05", "2026-05"),
        ("", ""),
    ];
    for (iso, shown) in days {
        assert_eq!(frame::day(iso), shown);
    }
    let counts = [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (-1_234_567, "-1,234,567"),
        (i64::MIN, "-9,223,372,036,854,775,808"),
    ];
    for (n, shown) in counts {
        assert_eq!(frame::count(n), shown);
    }
}

#[test]
fn text_is_escaped_wherever_it_comes_in() {
    const EVIL: &str = "\"><script>alert(1)</script>";
    let columns = vec![Col::head(EVIL), Col::select(EVIL)];
    let body = html! {
        (frame::text_field(Input::new(EVIL, EVIL).value(EVIL).hint(EVIL)))
        (frame::table(Table::new(EVIL, columns).rows(vec![vec![frame::text(EVIL)]])))
        (frame::tabs(EVIL, &[Link::new(EVIL, EVIL)]))
        (frame::notice(Tone::Good, EVIL))
        (frame::time(EVIL))
        (frame::bar_chart(Chart {
            caption: EVIL, of: EVIL, unit: EVIL, bars: vec![Bar { label: EVIL, n: 1 }],
        }))
    };
    let page = signed_in().query(EVIL).banner(EVIL).notice(Tone::Bad, EVIL).today(EVIL);
    let page = Shell { body, title: EVIL.to_owned(), ..page }.render().into_string();
    assert!(!page.contains("<script>alert"));
    assert!(!page.contains("=\"\">"));
}

#[test]
fn no_page_carries_a_style_a_script_or_a_handler_of_its_own() {
    let sheet = PrintSheet::new("登记表", "青山街道", html! {}).back("/").render();
    let elder = signed_in().elder(TextSize::Largest).render();
    for page in [signed_in().render(), elder, sheet, frame::old_browser_page()] {
        let page = page.into_string();
        assert!(!page.contains(" style=") && !page.contains("<style"));
        assert!(!page.contains(" onclick=") && !page.contains("javascript:"));
        assert_eq!(page.matches("<script").count(), page.matches("<script src=\"/assets/").count());
        assert!(!page.contains("http://") && !page.contains("https://"));
    }
}

#[test]
fn the_old_browser_page_needs_nothing_else() {
    let page = frame::old_browser_page().into_string();
    assert!(page.contains("极速模式") && !page.contains("/assets/"));
}

#[test]
fn assets_are_found_by_a_name_that_changes_with_their_bytes() {
    let page = signed_in().render().into_string();
    for asset in assets::ASSETS.iter() {
        assert!(page.contains(&asset.path), "{} is not used", asset.name);
        assert_eq!(assets::path(asset.name), asset.path);
        let found = assets::find(&asset.path).expect("an asset is found by its path");
        assert_eq!(found.bytes, asset.bytes);
        assert!(!asset.bytes.is_empty());
    }
    assert!(assets::find("/assets/songhe.css").is_none(), "only hashed paths may be kept for ever");
    assert!(assets::find("/assets/../Cargo.toml").is_none());
    // FNV-1a of the icon, worked out apart, would change with any byte of it.
    let paths: std::collections::BTreeSet<_> = assets::ASSETS.iter().map(|a| &a.path).collect();
    assert_eq!(paths.len(), assets::ASSETS.len());
}

#[test]
fn the_files_keep_to_their_budgets_and_to_chromium_86() {
    assert!(CSS.len() <= 30 * 1024, "songhe.css has {} bytes", CSS.len());
    assert!(SCRIPT.len() <= 4 * 1024, "songhe.js has {} bytes", SCRIPT.len());
    let later = [
        "@layer",
        "@container",
        "@property",
        "@scope",
        ":has(",
        ":is(",
        ":where(",
        "oklch",
        "lab(",
        "color-mix",
        "inset:",
        "-inline",
        "-block:",
        "aspect-ratio",
        "dvh",
        "&",
        "translate:",
        "overflow: clip",
        "@import",
        "url(",
        "text-wrap",
        "subgrid",
        ":user-",
        "light-dark",
    ];
    for word in later {
        assert!(!CSS.contains(word), "songhe.css uses {word}");
    }
    for word in [".at(", "replaceAll", "??=", "||=", "Object.hasOwn", "eval", "innerHTML", ".style"]
    {
        assert!(!SCRIPT.contains(word), "songhe.js uses {word}");
    }
}

#[test]
fn every_class_of_the_sheet_is_one_that_some_component_writes() {
    let sources = ["chart", "field", "form", "lists", "parts", "print", "shell", "table"]
        .map(|name| {
            let path = format!("{}/src/{name}.rs", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).expect("a source file is read")
        })
        .concat();
    let bare: String = CSS.split("/*").map(|part| part.rsplit("*/").next().unwrap_or("")).collect();
    let mut classes = std::collections::BTreeSet::new();
    for piece in bare.split(['{', '}']).step_by(1).flat_map(|part| part.split('.').skip(1)) {
        let name: String =
            piece.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        classes.insert(name);
    }
    let unused: Vec<_> =
        classes.iter().filter(|name| !name.is_empty() && !sources.contains(*name)).collect();
    assert!(unused.is_empty(), "no component writes {unused:?}");
}

#[test]
fn htmx_is_the_second_edition_and_may_not_evaluate() {
    assert!(HTMX.contains("2.0."));
    let page = signed_in().render().into_string();
    assert!(page.contains("&quot;allowEval&quot;:false"));
    assert!(page.contains("&quot;includeIndicatorStyles&quot;:false"));
}

#[test]
fn a_sheet_bears_its_office_on_every_page_and_says_when_it_is_made_up() {
    let sheet = PrintSheet::new("走访台账", "青山街道", html! { p { "正文" } });
    let sheet = sheet.printed_on("2026-05-20").banner("演示数据").landscape().render();
    let sheet = sheet.into_string();
    let (head, body) = sheet.split_once("</thead>").expect("a sheet is a table with a head");
    assert!(head.contains("青山街道") && head.contains("打印日：2026年5月20日"));
    assert!(head.contains("class=\"sheet-page landscape\""));
    assert!(body.contains("演示数据") && body.contains("<h1>走访台账</h1><p>正文</p>"));
    assert!(frame::print_sheet("表", "社区", html! {}).into_string().contains("upright"));
}
