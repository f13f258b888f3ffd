//! Writes a directory of pages with every component and made-up people, to be looked at:
//! `cargo run -p frame --example gallery -- OUT`, then serve OUT by any static server.

mod desk;
mod forms;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use frame::{
    FieldError, Found, Link, Markup, MenuGroup, MenuItem, PrintSheet, Shell, TextSize, Tone, Who,
};
use maud::html;

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    fs::create_dir_all(out.join("assets"))?;
    for asset in frame::assets::ASSETS.iter() {
        fs::write(out.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    office(&out)?;
    public(&out)?;
    let found =
        [Found { title: "王秀兰", detail: "青山社区 · 1951年", href: "/p/1".to_owned() }];
    fs::create_dir_all(out.join("people"))?;
    fs::write(out.join("people/suggest"), frame::found("王", &found).into_string())
}

fn office(out: &Path) -> io::Result<()> {
    let crumb = |page: Shell| page.crumb("首页", "/");
    save(out, "home", staff("我的待办", desk::home()).render())?;
    let list = crumb(staff("退休人员名册", desk::list())).crumb("人员管理", "/people");
    let list = list.notice(Tone::Good, "已为3人登记走访，6本台账已更新");
    save(out, "list", list.render())?;
    save(out, "empty", crumb(staff("来访登记", desk::empty())).render())?;
    let errors = forms::errors();
    let form = crumb(staff("登记来访", forms::visit(&errors))).errors(errors);
    save(out, "form", form.render())?;
    save(out, "person", crumb(staff("王秀兰", desk::person())).render())?;
    save(out, "check", crumb(staff("核对死亡登记", forms::check())).render())?;
    let sheet = PrintSheet::new("新接收退休人员走访台账", "青山街道", desk::register());
    let sheet = sheet.printed_on("2026-05-20").landscape().banner(DEMO).back("/list.html");
    save(out, "sheet", sheet.render())
}

fn public(out: &Path) -> io::Result<()> {
    let sign_in = Shell::new("登录", forms::sign_in()).banner(DEMO);
    save(out, "signin", sign_in.render())?;
    let sizes = [("elder", TextSize::Usual), ("elder-largest", TextSize::Largest)];
    for (name, size) in sizes {
        save(out, name, elder("我的待遇资格认证", elder_body()).elder(size).render())?;
    }
    let faults = vec![FieldError::new("tel", "请填写11位手机号码或带区号的固定电话")];
    let faulty = elder("更正联系电话", forms::telephone(&faults)).errors(faults.clone());
    save(out, "elder-form", faulty.elder(TextSize::Usual).render())?;
    save(out, "old", frame::old_browser_page())
}

const DEMO: &str = "演示数据：人员与单位均为虚构";

fn save(out: &Path, name: &str, page: Markup) -> io::Result<()> {
    fs::write(out.join(format!("{name}.html")), page.into_string())
}

fn item(title: &str, badge: Option<&str>) -> MenuItem {
    let mut item = MenuItem::new(title, format!("/{title}"));
    item.current = title == "我的待办";
    item.badge = badge.map(str::to_owned);
    item
}

fn staff(title: &str, body: Markup) -> Shell {
    let group = |title: &str, items| MenuGroup { title: title.to_owned(), items };
    let menu = vec![
        group("", vec![item("我的待办", Some("12件")), item("人员管理", None)]),
        group(
            "日常工作",
            ["走访慰问", "资格认证", "来信来访", "健康档案", "文体活动"]
                .map(|title| item(title, None))
                .into(),
        ),
        group(
            "业务办理",
            vec![item("企业移交", Some("2件")), item("死亡登记", None), item("遗属待遇", None)],
        ),
        group("统计与数据", ["台账月报", "导入导出"].map(|title| item(title, None)).into()),
    ];
    let who = Who {
        name: "李芳".to_owned(),
        org: "青山街道青山社区".to_owned(),
        post: "社区专干".to_owned(),
    };
    Shell::new(title, body).signed_in(who, "token").menu(menu).banner(DEMO).today("2026-05-20")
}

fn elder(title: &str, body: Markup) -> Shell {
    let items = ["我的信息", "资格认证", "来信来访", "办事指南"]
        .map(|title| MenuItem::new(title, format!("/{title}")));
    let menu = vec![MenuGroup { title: String::new(), items: items.into() }];
    let who =
        Who { name: "王秀兰".to_owned(), org: "青山社区".to_owned(), post: String::new() };
    Shell::new(title, body).signed_in(who, "token").menu(menu).banner(DEMO)
}

fn elder_body() -> Markup {
    html! {
        (frame::panel(Tone::Good, "您今年的认证已经完成", html! {
            p { "系统已根据您2026年5月6日在社区的走访记录完成认证，您不用再办任何手续。" }
        }))
        (frame::facts_list(&[
            ("姓名", frame::text("王秀兰")),
            ("下次认证", frame::text("2027年5月底前")),
            ("办理社区", frame::text("青山社区，电话0571-00000000")),
        ]))
        (frame::tabs("办理方式", &[
            Link::new("自己办", "?a").current_if(|| true),
            Link::new("家人代办", "?b"),
            Link::new("上门办", "?c"),
        ]))
        (frame::toolbar(html! { (frame::button_link("/tel", "请社区打电话给我")) }))
        (frame::why("为什么每年要认证", html! { p { "为了保证养老金准确发给本人。" } }))
    }
}
