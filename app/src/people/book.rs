//! The 册 of a station (A4, lying) and the 库 above: how many there are at each.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, PrintSheet, Table};
use kernel::{Actor, Problem, Scope};
use maud::{Markup, html};
use rules::facts::{Away, Mark};
use rules::identity::{Mask, mask, mask_telephone};

use super::card::day_text;
use crate::codes::name_of;
use crate::registry::codes;
use crate::registry::rolls::{self, Line};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, on_paper, page};

/// Lines of a printed register.
const N_LINES: i64 = 2000;

pub async fn print(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    let scope = actor.scope();
    let chosen = if actor.org.len() >= 12 { &actor.org[..12] } else { asked.get("org") };
    if chosen.is_empty() {
        return Ok(Redirect::to("/people/overview").into_response());
    }
    if chosen.len() != 12 || !scope.covers(chosen) {
        return Err(Problem::NotFound);
    }
    let mut db = app.db.clone();
    let names = rolls::names(&mut db, &Scope::below(chosen)).await?;
    let (_, name) = names.iter().rfind(|(code, _)| code == chosen).ok_or(Problem::NotFound)?;
    let lines = rolls::register(&mut db, chosen, N_LINES + 1).await?;
    if lines.len() as i64 > N_LINES {
        let sentence = "这个社区站超过 2000 人，册不能一次打印；请导出名册后分批打印";
        return Err(Problem::refused("too-many-rows", sentence));
    }
    let mut groups: BTreeMap<i64, Vec<&'static str>> = BTreeMap::new();
    for (person, code) in rolls::marked(&mut db, chosen).await? {
        groups.entry(person).or_default().extend(Mark::from_code(&code).map(Mark::name));
    }
    let rows = lines.iter().map(|line| row(line, groups.get(&line.id)));
    let columns = vec![
        Col::head("姓名"),
        Col::text("性别"),
        Col::day("出生日期"),
        Col::text("证件号码、电话"),
        Col::text("居住地址"),
        Col::text("原工作单位"),
        Col::day("退休、纳入日期"),
        Col::text("特殊群体"),
        Col::day("最近联系"),
    ];
    let caption = format!("在管{}人", frame::count(lines.len() as i64));
    let body = frame::table(
        Table::new(&caption, columns)
            .rows(rows.collect())
            .numbered_from(1)
            .empty("这个社区站没有在管人员"),
    );
    let back = format!("/people?org={chosen}");
    let sheet = PrintSheet::new("企业退休人员名册", name, body);
    Ok(on_paper(&app, sheet.landscape().back(&back)).into_response())
}

fn row(line: &Line, groups: Option<&Vec<&'static str>>) -> Vec<Markup> {
    let away = Away::from_code(&line.away).filter(|away| *away != Away::Here);
    let groups = groups.map_or_else(String::new, |groups| groups.join("、"));
    vec![
        frame::text(&line.name),
        frame::text(name_of(codes::SEXES, &line.sex)),
        frame::text(day_text(line.born_on)),
        html! { (mask(&line.id_number, Mask::First3Last4)) br; (mask_telephone(&line.phone)) },
        html! { (line.address) @if let Some(away) = away { "（" (away.name()) "）" } },
        frame::text(&line.enterprise_name),
        html! { (day_text(line.retired_on)) br; (line.taken_in_on) },
        frame::text(groups),
        frame::text(day_text(line.last_contact_on)),
    ]
}

/// A place and how many retirees there are in it: in all, and by mark.
struct Count {
    code: String,
    name: String,
    n: i64,
    marks: Vec<i64>,
}

struct Overview {
    scope: Scope,
    name: String,
    counts: Vec<Count>,
}

/// The division code of the next level below a place of `n` digits.
const fn level_below(n: usize) -> usize {
    match n {
        0..=3 => 4,
        4 | 5 => 6,
        6..=8 => 9,
        _ => 12,
    }
}

async fn overview(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Overview, Problem> {
    let wish = asked.get("org");
    if !wish.is_empty() && !actor.scope().covers(wish) {
        return Err(Problem::NotFound);
    }
    let scope = actor.scope().narrowed(wish);
    let mut db = app.db.clone();
    let names: BTreeMap<String, String> =
        rolls::names(&mut db, &scope).await?.into_iter().collect();
    let n_digits = level_below(scope.from().len());
    let cut = |code: &str| -> String { code.chars().take(n_digits).collect() };
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (station, n) in rolls::counts(&mut db, &scope).await? {
        let code = cut(&station);
        let count = counts.entry(code.clone()).or_insert_with(|| Count {
            name: names.get(&code).cloned().unwrap_or_else(|| code.clone()),
            code,
            n: 0,
            marks: vec![0; Mark::ALL.len()],
        });
        count.n += n;
    }
    for (station, mark, n) in rolls::mark_counts(&mut db, &scope).await? {
        let place = Mark::ALL.iter().position(|known| known.code() == mark);
        if let (Some(count), Some(place)) = (counts.get_mut(&cut(&station)), place) {
            count.marks[place] += n;
        }
    }
    let name = names.get(scope.from()).cloned().unwrap_or_else(|| actor.org_name.clone());
    Ok(Overview { scope, name, counts: counts.into_values().collect() })
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let overview = overview(&app, &actor, &asked).await?;
    let print = format!("/people/overview/print?org={}", overview.scope.from());
    let body = html! {
        (frame::toolbar(frame::button_link(&print, "打印")))
        (table(&overview, Links::Shown))
    };
    let title = format!("{}人员库", overview.name);
    Ok(page(&app, &actor, &title, body).crumb("退休人员", "/people").render())
}

pub async fn print_overview(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let overview = overview(&app, &actor, &asked).await?;
    let back = format!("/people/overview?org={}", overview.scope.from());
    let body = table(&overview, Links::Hidden);
    let sheet = PrintSheet::new("企业退休人员库", &overview.name, body);
    Ok(on_paper(&app, sheet.landscape().back(&back)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Shown,
    Hidden,
}

fn table(overview: &Overview, links: Links) -> Markup {
    let mut columns = vec![Col::head("机构"), Col::number("在管人数")];
    columns.extend(Mark::ALL.iter().map(|mark| Col::number(mark.name())));
    if links == Links::Shown {
        columns.push(Col::actions());
    }
    let number = |n: i64| html! { (frame::count(n)) };
    let rows = overview.counts.iter().map(|count| {
        let mut row = vec![frame::text(&count.name), number(count.n)];
        row.extend(count.marks.iter().map(|n| number(*n)));
        row.push(ways(count));
        row
    });
    let mut total =
        vec![html! { "合计" }, number(overview.counts.iter().map(|count| count.n).sum())];
    for place in 0..Mark::ALL.len() {
        total.push(number(overview.counts.iter().map(|count| count.marks[place]).sum()));
    }
    frame::table(
        Table::new("各机构在管人数", columns)
            .rows(rows.collect())
            .numbered_from(1)
            .total(total)
            .empty("本辖区还没有社区站"),
    )
}

fn ways(count: &Count) -> Markup {
    let code = &count.code;
    html! {
        a href={ "/people?org=" (code) } { "名单" span.unseen { (count.name) } }
        @if code.len() == 12 {
            " " a href={ "/people/book?org=" (code) } { "打印册" span.unseen { (count.name) } }
        } @else {
            " " a href={ "/people/overview?org=" (code) } { "下级" span.unseen { (count.name) } }
        }
    }
}
