//! One group: its members, who leads it, what it was guided in, and what is done with it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, FieldError, Input, Kind, Pager, Table, Tone, Width};
use frame::{form_post, select_field, submit, text_field};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::store::{self, Group, Member};
use super::{Caller, Deal, KINDS, deal, find, leader_word, members, path};
use crate::codes::{self, name_of};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// Rows of a page.
const N_ROWS: i64 = 100;

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    show_page(&app, &actor, (id, &asked), Vec::new()).await
}

/// What is done is said in these words.
const SAVED: &[(&str, &str)] = &[
    ("founded", "已登记成立，请加入成员、选定组长"),
    ("joined", "已登记加入"),
    ("left", "已登记退出"),
    ("led", "已登记"),
    ("guided", "已登记指导记录"),
    ("ended", "已登记撤销"),
];

async fn show_page(
    app: &Shared,
    actor: &Actor,
    (id, asked): (i64, &Fields),
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let group = find(&mut db, actor, id).await?;
    let after = asked.number("after").unwrap_or(0);
    let rows = store::members(&mut db, id, (after, N_ROWS)).await?;
    let guidances = store::guidances(&mut db, id).await?;
    let may = actor.can(deeds::GROUPS_KEEP)
        && group.ended_on.is_none()
        && actor.scope().covers(&group.org);
    let full = i64::try_from(rows.len()).unwrap_or(0) == N_ROWS;
    let next = rows.last().filter(|_| full).map(|(last, _)| format!("{}?after={last}", path(id)));
    let first = (after > 0).then(|| path(id));
    let people: Vec<&Member> = rows.iter().map(|(_, member)| member).collect();
    let body = html! {
        (facts(&group))
        (frame::toolbar(html! {
            @if may {
                (frame::main_button_link(&format!("{}/join", path(id)), "加入成员"))
            }
            (frame::button_link(&format!("{}/roll", path(id)), "打印成员名册"))
        }))
        h2 { "成员 " (frame::count(group.n_members)) " 人" }
        @if may && !people.is_empty() {
            (leave_form(app, actor, (&group, &people), (asked, &errors)))
        } @else { (table(&people, Boxes::of(actor, false))) }
        (frame::pager(Pager { first, next, ..Pager::default() }))
        @if may { (dealings(app, actor, (&group, &people), (asked, &errors))) }
        h2 { "指导记录" }
        (guided(&guidances))
    };
    let back = format!("/groups?org={}", group.org);
    let mut shell = page(app, actor, &group.name, body);
    if codes::level_of(&actor.org) != Some("group") {
        shell = shell.crumb("小组和支部", back);
    }
    if let Some((_, words)) = SAVED.iter().find(|(code, _)| *code == asked.get("saved")) {
        shell = shell.notice(Tone::Good, *words);
    }
    Ok(shell.errors(errors).render())
}

fn facts(group: &Group) -> Markup {
    let mut facts = vec![
        ("种类", frame::text(name_of(KINDS, &group.kind))),
        (leader_word(&group.kind), frame::text(&group.leader_name)),
        ("活动地点", frame::text(&group.place)),
        ("成立日期", frame::time(&group.founded_on.to_string())),
    ];
    if !group.code.is_empty() {
        facts.push(("机构代码", frame::text(&group.code)));
    }
    if let Some(on) = group.ended_on {
        facts.push(("撤销日期", frame::time(&on.to_string())));
    }
    facts.push(("备注", frame::text(&group.note)));
    frame::facts_list(&facts)
}

/// What rows of members have beside them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Boxes {
    With,
    Without,
    /// A leader does not open the retirees themselves.
    Names,
}

impl Boxes {
    fn of(actor: &Actor, ticks: bool) -> Self {
        match (actor.can(deeds::PEOPLE_SEE), ticks) {
            (false, _) => Self::Names,
            (true, true) => Self::With,
            (true, false) => Self::Without,
        }
    }
}

fn table(people: &[&Member], boxes: Boxes) -> Markup {
    let mut columns = vec![Col::head("姓名"), Col::day("加入日期"), Col::day("最近联系")];
    if boxes == Boxes::With {
        columns.insert(0, Col::select("member"));
    }
    let row = |member: &&Member| {
        let last = |day: Option<Date>| {
            html! { @if let Some(day) = day { (frame::time(&day.to_string())) } }
        };
        let mut cells = vec![
            html! {
                @if boxes == Boxes::Names { (member.name) }
                @else { a href={ "/people/" (member.person) } { (member.name) } }
            },
            frame::time(&member.joined_on.to_string()),
            last(member.last_contact_on),
        ];
        if boxes == Boxes::With {
            let id = member.person.to_string();
            cells.insert(0, frame::select_one("member", &id, &member.name));
        }
        cells
    };
    frame::table(
        Table::new("成员", columns)
            .rows(people.iter().map(row).collect())
            .numbered_from(1)
            .empty("还没有成员"),
    )
}

fn leave_form(
    app: &Shared,
    actor: &Actor,
    (group, people): (&Group, &[&Member]),
    (asked, errors): (&Fields, &[FieldError]),
) -> Markup {
    let own = asked.get("action") == "leave";
    let why = Input::new("why", "退出的原因").width(Width::Full);
    let why = if own { why.value(asked.get("why")).errors(errors) } else { why };
    let form = html! {
        (frame::hidden("action", "leave"))
        (frame::ticked("member", errors, html! {
            (table(people, Boxes::of(actor, true)))
            (text_field(why.optional().hint("勾选退出的成员，写明原因")))
            (frame::toolbar(submit("所勾选的成员退出")))
        }))
    };
    form_post(&path(group.id), &csrf(app, actor.session), &new_key(), form)
}

/// What can be done with a group as a whole.
fn dealings(
    app: &Shared,
    actor: &Actor,
    (group, people): (&Group, &[&Member]),
    (typed, errors): (&Fields, &[FieldError]),
) -> Markup {
    let action = typed.get("action");
    let part = |code: &'static str, title: &str, body: Markup| {
        let form = html! {
            (frame::hidden("action", code))
            (frame::hidden("version", &group.version.to_string()))
            (body)
        };
        let form = form_post(&path(group.id), &csrf(app, actor.session), &new_key(), form);
        frame::fold(title, || action == code, form)
    };
    let field = |code: &str, name, label| {
        let own = action == code;
        let input = Input::new(name, label).value(if own { typed.get(name) } else { "" });
        if own { input.errors(errors) } else { input }
    };
    let ids: Vec<String> = people.iter().map(|member| member.person.to_string()).collect();
    let choices: Vec<Choice<'_>> =
        ids.iter().zip(people).map(|(id, member)| Choice::new(id, &member.name)).collect();
    let word = leader_word(&group.kind);
    html! {
        @if !choices.is_empty() {
            (part("lead", &format!("选定{word}"), html! {
                (select_field(field("lead", "person", word), &choices))
                (submit("登记"))
            }))
        }
        (part("guide", "登记指导记录", html! {
            (text_field(field("guide", "on_day", "日期").kind(Kind::Date).width(Width::Short)
                .hint("如20260501或2026-05-01")))
            (text_field(field("guide", "what", "指导了什么").width(Width::Full)))
            (submit("登记"))
        }))
        (part("end", "撤销", html! {
            (text_field(field("end", "why", "撤销的原因").width(Width::Full)))
            (frame::danger_submit("登记撤销"))
        }))
    }
}

fn guided(guidances: &[(Date, String, String)]) -> Markup {
    let row = |(on, who, what): &(Date, String, String)| {
        vec![frame::time(&on.to_string()), frame::text(who), frame::text(what)]
    };
    let columns = vec![Col::day("日期"), Col::text("指导人"), Col::head("指导了什么")];
    frame::table(
        Table::new("指导记录", columns)
            .rows(guidances.iter().map(row).collect())
            .empty("还没有指导记录；街道和协理员指导小组以后在这里登记"),
    )
}

fn read(fields: &Fields) -> Result<Deal, Problem> {
    let mut errors = Vec::new();
    let deal = match fields.get("action") {
        "lead" => Deal::Lead { person: fields.number("person").unwrap_or(0) },
        "guide" => Deal::Guide {
            on: fields.required_day("on_day", &mut errors).unwrap_or_default(),
            what: fields.get("what").to_owned(),
        },
        "end" => Deal::End { why: fields.get("why").to_owned() },
        _ => return Err(Problem::field("action", "请选择要办理的事")),
    };
    if errors.is_empty() { Ok(deal) } else { Err(Problem::Invalid(errors)) }
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let version = fields.number("version").unwrap_or(0);
    let saved = match fields.get("action") {
        "leave" => "left",
        "lead" => "led",
        "guide" => "guided",
        _ => "ended",
    };
    let done = if saved == "left" {
        let people: Vec<i64> =
            fields.all("member").iter().filter_map(|id| id.parse().ok()).collect();
        let who = (id, &people[..], fields.get("why"));
        members::leave(&app, &actor, who, Caller::Page).await.map(|_| ())
    } else {
        match read(&fields) {
            Ok(wish) => deal(&app, &actor, (id, version), &wish, Caller::Page).await,
            Err(problem) => Err(problem),
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}?saved={saved}", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = show_page(&app, &actor, (id, &fields), shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn join_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    join_page(&app, &actor, (id, &asked), Vec::new()).await
}

async fn join_page(
    app: &Shared,
    actor: &Actor,
    (id, asked): (i64, &Fields),
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let group = find(&mut db, actor, id).await?;
    let (pinyin, last) = asked.get("after").rsplit_once('/').unwrap_or_default();
    let at = ((pinyin, last.parse().unwrap_or(0)), N_ROWS);
    let found = store::outside(&mut db, (&group.org, &group), at).await?;
    let full = i64::try_from(found.len()).unwrap_or(0) == N_ROWS;
    let here = format!("{}/join", path(id));
    let next = found.last().filter(|_| full);
    let next = next.map(|(id, _, pinyin)| format!("{here}?after={}/{id}", encoded(pinyin)));
    let first = (!asked.get("after").is_empty()).then(|| here.clone());
    let row = |(id, name, _): &(i64, String, String)| {
        vec![
            frame::select_one("person", &id.to_string(), name),
            html! { a href={ "/people/" (id) } { (name) } },
        ]
    };
    let columns = vec![Col::select("person"), Col::head("姓名")];
    let empty = "本社区没有可以加入的人：都已在同类小组，或不是党员";
    let form = html! {
        (frame::ticked("person", &errors, html! {
            (frame::table(Table::new("可以加入的人", columns)
                .rows(found.iter().map(row).collect()).empty(empty)))
            @if !found.is_empty() { (frame::toolbar(submit("所勾选的人加入"))) }
        }))
    };
    let body = html! {
        (form_post(&here, &csrf(app, actor.session), &new_key(), form))
        (frame::pager(Pager { first, next, ..Pager::default() }))
    };
    let title = format!("加入{}", group.name);
    Ok(page(app, actor, &title, body).crumb(group.name, path(id)).errors(errors).render())
}

pub async fn join(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let people: Vec<i64> = fields.all("person").iter().filter_map(|id| id.parse().ok()).collect();
    match members::join(&app, &actor, (id, &people), Caller::Page).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?saved=joined", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = join_page(&app, &actor, (id, &fields), shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}
