//! The frame around every page of the staff: who, menu, day.

use frame::{MenuGroup, MenuItem, PrintSheet, Shell, Who};
use kernel::vault::{hex, random};
use kernel::{Actor, Deed};
use maud::{Markup, html};

use super::Shared;
use crate::accounts::posts;
use crate::deeds;

/// A page for somebody who signed in. Add crumbs and notices, then `.render()`.
#[must_use]
pub fn page(app: &Shared, actor: &Actor, title: &str, body: Markup) -> Shell {
    let who = Who {
        name: actor.name.clone(),
        org: actor.org_name.clone(),
        post: posts::name_of(&actor.post).to_owned(),
    };
    let shell = Shell::new(title, body)
        .signed_in(who, csrf(app, actor.session))
        .menu(menu(actor))
        .today(app.today().to_string());
    let shell = if actor.can(deeds::PEOPLE_SEE) { shell } else { shell.without_search() };
    if app.demo.is_some() {
        shell.banner("演示系统：人员和数据均为虚构")
    } else {
        shell
    }
}

/// A sheet of paper as it is printed on this day.
#[must_use]
pub fn on_paper(app: &Shared, sheet: PrintSheet<'_>) -> Markup {
    let today = app.today().to_string();
    let sheet = sheet.printed_on(&today);
    if app.demo.is_some() {
        sheet.banner("演示数据，均为虚构").render()
    } else {
        sheet.render()
    }
}

/// The token that every form of a session carries.
#[must_use]
pub fn csrf(app: &Shared, session: i64) -> String {
    app.db.vault().seal_of("csrf", &session.to_string())[..32].to_owned()
}

/// A fresh idempotency key for a form. Without randomness it is empty, and the form has none.
#[must_use]
pub fn new_key() -> String {
    random(12).map_or_else(|_| String::new(), |bytes| hex(&bytes))
}

/// The button beside a masked telephone number of a retiree: one click opens it, and the audit
/// keeps that it was opened to call.
#[must_use]
pub fn telephone_button(app: &Shared, actor: &Actor, person: i64, name: &str) -> Markup {
    let path = format!("/people/{person}/telephone");
    let label = html! { "查看电话" span.unseen { (name) } };
    html! {
        @if actor.can(deeds::PEOPLE_REVEAL) {
            (frame::inline_post(&path, &csrf(app, actor.session), &new_key(), label))
        }
    }
}

/// The way to a ledger as a file, for those who may take lists out; `query` names the list and
/// what narrows it.
#[must_use]
pub fn export_button(actor: &Actor, query: &str) -> Markup {
    html! {
        @if actor.can(deeds::PEOPLE_EXPORT) {
            (frame::button_link(&format!("/exports/new?{query}"), "导出台账"))
        }
    }
}

/// The way to the papers of a thing, for those who may see papers.
#[must_use]
pub fn papers_button(actor: &Actor, (of, id): (&str, i64)) -> Markup {
    html! {
        @if actor.can(deeds::PAPERS_SEE) {
            (frame::button_link(&format!("/papers?of={of}&id={id}"), "附件"))
        }
    }
}

/// A value as it stands in the query of an address.
#[must_use]
pub fn encoded(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    let one = |byte: u8| {
        if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    value.bytes().map(one).collect()
}

/// Title, address and the deed without which the entry is not shown.
type Entry = (&'static str, &'static str, Deed);

const MENU: &[(&str, &[Entry])] = &[
    (
        "日常工作",
        &[
            ("应办事项", "/duties", deeds::DUTIES_SEE),
            ("走访台账", "/visits", deeds::VISITS_SEE),
            ("委托走访", "/entrustments", deeds::VISITS_SEE),
            ("按月计报", "/reports", deeds::REPORTS_SEE),
        ],
    ),
    (
        "人员",
        &[
            ("退休人员", "/people", deeds::PEOPLE_SEE),
            ("登记退休人员", "/people/new", deeds::PEOPLE_ENTER),
            ("社区间转移", "/moves", deeds::PEOPLE_MOVE),
            ("移交接收", "/handovers", deeds::HANDOVER_SEE),
            ("人事档案", "/archives", deeds::ARCHIVES_SEE),
            ("小组和支部", "/groups", deeds::GROUPS_SEE),
            ("联系卡", "/cards", deeds::CARDS_SEE),
            ("导入名单", "/imports", deeds::PEOPLE_IMPORT),
            ("人员库概况", "/people/overview", deeds::PEOPLE_SEE),
        ],
    ),
    (
        "机构和企业",
        &[("机构", "/orgs", deeds::ORGS_SEE), ("企业", "/enterprises", deeds::ENTERPRISES_SEE)],
    ),
    (
        "依据和管理",
        &[
            ("政策依据", "/law", deeds::LAW_SEE),
            ("本地标准", "/policies", deeds::POLICIES_SEE),
            ("账号", "/accounts", deeds::ACCOUNTS_SEE),
            ("岗位权限", "/posts", deeds::ACCOUNTS_SEE),
            ("填对方的空表", "/blanks", deeds::PEOPLE_EXPORT),
            ("常用导出格式", "/export-profiles", deeds::PEOPLE_EXPORT),
            ("导出记录", "/exports", deeds::PEOPLE_EXPORT),
            ("审计", "/audit", deeds::AUDIT_SEE),
        ],
    ),
];

/// What the post may open; the entry that leads nearest to the page asked for is marked.
fn menu(actor: &Actor) -> Vec<MenuGroup> {
    let mut groups = entries(actor);
    let place = super::gate::place();
    let leads = |href: &str| {
        let rest = place.strip_prefix(href)?;
        (rest.is_empty() || (rest.starts_with('/') && href != "/")).then_some(href.len())
    };
    let nearest = groups.iter().flat_map(|group| &group.items).filter_map(|item| leads(&item.href));
    let nearest = nearest.max();
    for item in groups.iter_mut().flat_map(|group| &mut group.items) {
        item.current = nearest.is_some() && leads(&item.href) == nearest;
    }
    groups
}

fn entries(actor: &Actor) -> Vec<MenuGroup> {
    let home = MenuGroup {
        title: String::new(),
        items: vec![MenuItem::new("首页", "/"), MenuItem::new("我的账号", "/me")],
    };
    let groups = MENU.iter().filter_map(|(title, entries)| {
        let items: Vec<MenuItem> = entries
            .iter()
            .filter(|(_, _, deed)| actor.can(*deed))
            .map(|(title, href, _)| MenuItem::new(*title, *href))
            .collect();
        (!items.is_empty()).then(|| MenuGroup { title: (*title).to_owned(), items })
    });
    std::iter::once(home).chain(groups).collect()
}

/// What somebody without retirees can do today: the entries of their own menu, each with a
/// sentence, so that every post finds its work on its home page.
#[must_use]
pub fn tasks(actor: &Actor) -> Markup {
    let entries = MENU.iter().flat_map(|(_, entries)| entries.iter());
    html! {
        h2 { "您可以办" }
        ul {
            @for (title, href, deed) in entries {
                @if actor.can(*deed) {
                    li { a href=(href) { (title) } @if let Some(says) = says(href) { "：" (says) } }
                }
            }
            li { a href="/me/password" { "修改密码" } "：定期更换，不要告诉别人" }
            li { a href="/help" { "使用帮助" } "：怎样登录、查找和办理" }
        }
    }
}

/// What is found behind an entry of the menu.
fn says(href: &str) -> Option<&'static str> {
    Some(match href {
        "/law" => "每条规则和标准的原文、出处和起始日期",
        "/audit" => "谁在什么时候办了什么；核验记录有没有被改动",
        "/accounts" => "谁可以登录、在哪个机构、任什么岗位",
        "/posts" => "每个岗位设在哪一级、能办哪些事",
        "/orgs" => "市、区、街道、社区站和自管小组",
        "/enterprises" => "退休人员原来的工作单位",
        _ => return None,
    })
}
