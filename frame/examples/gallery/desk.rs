use frame::{
    Bar, Chart, Choice, Col, Duty, Input, Kind, Link, Markup, Moment, Pager, Table, Tally, Tone,
    Width,
};
use maud::html;

const LAW: &str = "对新接收的企业退休人员，应在纳入社区管理当月内上门走访并建立台帐";

pub fn home() -> Markup {
    let tally = |label, n, tone| Tally { label, n, href: format!("/duties?of={label}"), tone };
    html! {
        (frame::tallies(&[
            tally("已逾期", 1, Tone::Bad),
            tally("本周到期", 4, Tone::Warn),
            tally("本月到期", 1207, Tone::Info),
            tally("本月已办", 38, Tone::Good),
        ]))
        (frame::tabs("待办视图", &[
            Link::new("按期限", "/home.html").current_if(|| true),
            Link::new("按人员", "/by-person"),
            Link::new("按街路巷", "/by-street"),
        ]))
        h2 { "需要先办" }
        (duty("新接收人员当月走访", "王秀兰", "2026-05-18", (Tone::Bad, "逾期2天")))
        (duty("鳏寡孤独每季度走访", "欧阳长富", "2026-05-22", (Tone::Warn, "还有2天")))
        (duty("丧葬补助金申领告知", "赵德海家属", "2026-05-31", (Tone::Info, "本月内")))
        h2 { "各街路巷进度" }
        (frame::progress(38, 120))
        (frame::progress_until_done("/progress", 12_500, 20_000))
        (frame::bar_chart(Chart {
            caption: "本月应走访人数",
            of: "街路巷",
            unit: "人",
            bars: [("青山路", 128), ("松鹤里", 96), ("机床厂第一职工宿舍区", 64), ("柳巷", 0)]
                .map(|(label, n)| Bar { label, n })
                .into(),
        }))
    }
}

fn duty(title: &str, person: &str, due_on: &str, tag: (Tone, &str)) -> Markup {
    frame::duty(Duty {
        title,
        person,
        href: "/people/1".to_owned(),
        due_on,
        tag,
        why: html! {
            p { "“" (LAW) "”" }
            p { "依据：街道社区退休人员管理服务规范" }
        },
        actions: html! {
            (frame::button_link("/visits/new", "登记走访"))
            (frame::button_link("/duties/1/unreached", "没有联系上"))
        },
    })
}

const PEOPLE: [(&str, &str, &str, i64); 5] = [
    ("王秀兰", "330***********0021", "2026-05-06", 387_650),
    ("欧阳长富", "330***********1736", "2026-04-28", 412_300),
    ("赵德海", "330***********4418", "2026-05-11", 298_000),
    ("阿卜杜热合曼·买买提", "650***********0912", "2026-05-19", 351_240),
    ("陈桂芬", "330***********252X", "2026-05-20", 330_000),
];

pub fn list() -> Markup {
    let rows = PEOPLE.iter().map(|&(name, number, on, fen)| {
        vec![
            frame::select_one("ids", number, name),
            html! { a href="/people/1" { (name) } },
            frame::text(number),
            frame::text("青山区机床厂有限责任公司"),
            frame::text(on),
            html! { (frame::count(fen / 100)) "." (format!("{:02}", fen % 100)) },
            frame::tag(Tone::Good, "已认证"),
            html! { a href="/v" { "登记走访" } a href="/e" { "更改" } },
        ]
    });
    let columns = vec![
        Col::select("ids"),
        Col::head("姓名"),
        Col::text("证件号码"),
        Col::text("原单位"),
        Col::day("接收日期"),
        Col::number("月养老金（元）"),
        Col::text("认证"),
        Col::actions(),
    ];
    let size = |n: &str| Link::new(n, format!("?size={n}")).current_if(|| n == "20");
    html! {
        (list_filters())
        (frame::toolbar(html! {
            (frame::button_link("/new", "新增人员"))
            (frame::button_link("/import", "导入名单"))
            (frame::button_link("/export", "导出"))
            (frame::print_button())
        }))
        (frame::table(Table::new("退休人员名册", columns).rows(rows.collect()).numbered_from(1)
            .total(vec![html! {}, frame::text("合计"), html! {}, html! {}, html! {},
                frame::text("17,791.90")])))
        (frame::pager(Pager {
            first: Some("?".to_owned()),
            prev: Some("?before=1".to_owned()),
            next: Some("?after=5".to_owned()),
            sizes: vec![size("20"), size("50"), size("100")],
            total: Some(20_418),
        }))
    }
}

fn list_filters() -> Markup {
    let states =
        [Choice::new("", "全部"), Choice::new("serving", "在管"), Choice::new("away", "异地居住")];
    frame::filters(
        "/list.html",
        html! {
            (frame::text_field(Input::new("name", "姓名").kind(Kind::Search)))
            (frame::select_field(Input::new("state", "状态").width(Width::Short), &states))
            (frame::text_field(Input::new("from", "接收日期起").width(Width::Short)))
        },
    )
}

pub fn empty() -> Markup {
    let columns = vec![Col::head("姓名"), Col::day("来访日期")];
    html! {
        (frame::table(Table::new("来访登记", columns)
            .empty("本月还没有来访登记。有人来访时，请点“登记来访”。")))
        p { (frame::button_link("/new", "登记来访")) }
    }
}

pub fn person() -> Markup {
    let moment = |on, title, tag, says: &str| Moment { on, title, tag, body: frame::text(says) };
    html! {
        (frame::panel(Tone::Warn, "与公安户籍信息有一处不同", html! {
            p { "出生日期：档案1951年3月2日，身份证1951年2月3日。待遇以档案为准。" }
        }))
        (frame::card("基本信息", frame::facts_list(&[
            ("姓名", frame::text("王秀兰")),
            ("证件号码", frame::text("330***********0021")),
            ("出生日期", frame::time("1951-03-02")),
            ("退休日期", frame::time("2001-03-31")),
            ("原单位", frame::text("青山区机床厂有限责任公司第三分厂")),
            ("居住地址", frame::text("青山区松鹤里12幢3单元502室（原机床厂第一职工宿舍区）")),
            ("状态", frame::tag(Tone::Good, "在管")),
            ("联系电话", frame::text("138****0021")),
        ])))
        (frame::card("经历", frame::timeline(&[
            moment("2026-05-06", "上门走访", Some((Tone::Good, "本人见面")), "走访人李芳，本人身体状况良好。"),
            moment("2026-04-12", "电话联系", Some((Tone::Warn, "未接通")), "改日再打。"),
            moment("2026-04-01", "接收入社区", None, "由青山区机床厂移交，档案存区档案库。"),
        ])))
        (frame::why("为什么要走访", html! { p { (LAW) } }))
    }
}

pub fn register() -> Markup {
    let columns = vec![
        Col::head("姓名"),
        Col::text("证件号码"),
        Col::text("住址"),
        Col::day("走访日期"),
        Col::text("走访情况"),
        Col::text("走访人"),
    ];
    let rows = PEOPLE.iter().cycle().take(60).map(|&(name, number, on, _)| {
        [name, number, "松鹤里12幢3单元502室", on, "本人见面，身体良好", "李芳"]
            .map(frame::text)
            .into()
    });
    frame::table(Table::new("2026年5月", columns).rows(rows.collect()).numbered_from(1))
}
