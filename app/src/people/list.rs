//! The list of a place's retirees: narrowed by what is asked for, paged by key, never counted.

use axum::extract::State;
use frame::{Choice, Col, Input, Pager, Table, Width, select_field, text_field};
use jiff::civil::Date;
use kernel::{Actor, Db, DbError, Problem, Query, Scope, q};
use maud::{Markup, html};
use rules::facts::{Away, Mark};

use super::search::{Found, found, search};
use crate::codes::name_of;
use crate::deeds;
use crate::registry::codes;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, page};

/// At most so many are answered to what was typed into the search box.
pub const N_FOUND: i64 = 50;
const SIZES: &[i64] = &[20, 50, 100];
/// More organisations than this are not offered for choice.
const N_ORGS: i64 = 300;
/// Living anywhere but here.
const ELSEWHERE: &str = "elsewhere";
const ANY_STATUS: &str = "all";

/// Whom a list shows. Empty texts are no condition.
#[derive(Clone, Debug)]
pub struct Filter {
    pub scope: Scope,
    pub status: String,
    pub management: String,
    /// A code of [`Away`], or `elsewhere`.
    pub away: String,
    pub mark: String,
    /// Completed years, at least.
    pub age: Option<i64>,
}

impl Filter {
    /// What was asked for; what cannot be understood is no condition. Those who are served now
    /// unless a status is given.
    #[must_use]
    pub fn read(asked: &Fields, scope: &Scope) -> Self {
        let known = |name: &str, is_known: &dyn Fn(&str) -> bool| {
            let code = asked.get(name);
            if is_known(code) { code.to_owned() } else { String::new() }
        };
        let of = |table: &'static [codes::Code]| {
            move |code: &str| table.iter().any(|(known, _)| *known == code)
        };
        let status = match asked.get("status") {
            ANY_STATUS => String::new(),
            code if of(codes::STATUSES)(code) => code.to_owned(),
            _ => "active".to_owned(),
        };
        Self {
            scope: scope.narrowed(asked.get("org")),
            status,
            management: known("management", &of(codes::MANAGEMENT)),
            away: known("away", &|code| code == ELSEWHERE || Away::from_code(code).is_some()),
            mark: known("mark", &|code| Mark::from_code(code).is_some()),
            age: asked.number("age").filter(|age| (1..=150).contains(age)),
        }
    }

    /// Whether next to every person is shown, so that a page is found at once.
    fn is_plain(&self) -> bool {
        let unset = [&self.management, &self.away, &self.mark].iter().all(|code| code.is_empty());
        unset && self.age.is_none() && matches!(self.status.as_str(), "" | "active")
    }

    pub(super) fn born_until(&self, today: Date) -> String {
        let year = self.age.and_then(|age| i16::try_from(i64::from(today.year()) - age).ok());
        let born = year.map(|year| {
            let same = Date::new(year, today.month(), today.day());
            // Born on 29 February: the birthday of other years is 1 March.
            same.or_else(|_| Date::new(year, 2, 28))
        });
        born.and_then(Result::ok).map_or_else(String::new, |born| born.to_string())
    }

    fn query(&self) -> String {
        let status = if self.status.is_empty() { ANY_STATUS } else { &self.status };
        let age = self.age.map_or_else(String::new, |age| age.to_string());
        format!(
            "org={}&status={status}&management={}&away={}&mark={}&age={age}",
            self.scope.from(),
            self.management,
            self.away,
            self.mark
        )
    }
}

/// A page of a list, and the number of the person after whom it goes on.
#[derive(Clone, Debug)]
pub struct Listing {
    pub rows: Vec<Found>,
    pub next: Option<i64>,
}

/// At most `n` retirees by station, status and pinyin, from the one after the person `after`.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    db: &Db,
    filter: &Filter,
    (after, n): (Option<i64>, i64),
    today: Date,
) -> Result<Listing, DbError> {
    let start = start(db, filter, after).await?;
    let query = page_query(filter, &start, n + 1, today);
    // A rare condition over a whole city reads long; pages do not wait for it.
    let is_long = filter.scope.from().len() < 9 && !filter.is_plain();
    let rows = if is_long { db.rows_long(query).await? } else { db.rows(query).await? };
    let n = usize::try_from(n).unwrap_or(0);
    let shown = rows.iter().take(n).map(|row| found(row, db.vault()));
    let shown = shown.collect::<Result<Vec<_>, _>>()?;
    let next = shown.last().map(|last| last.id).filter(|_| rows.len() > n);
    Ok(Listing { rows: shown, next })
}

/// The people of a page are found in the index alone; only theirs are the rows that are read.
fn page_query(filter: &Filter, start: &Start, n: i64, today: Date) -> Query {
    q!(
        "SELECT p.id, p.name, p.id_number, p.phone, o.name, p.status, p.born_on,
                p.last_contact_on,
                (SELECT MIN(d.due_on) FROM duties d WHERE d.person = p.id AND d.state = 'open')
         FROM (SELECT p.id FROM persons p
               WHERE p.org >= $1 AND p.org < $2
                 AND (p.org, p.status, p.pinyin, p.id) > ($1, $3, $4, $5)
                 AND ($6 = '' OR p.status = $6) AND ($7 = '' OR p.management = $7)
                 AND ($8 = '' OR p.away = $8 OR ($8 = 'elsewhere' AND p.away <> 'here'))
                 AND ($9 = '' OR p.born_on <= $9)
                 AND ($10 = '' OR EXISTS (SELECT 1 FROM marks m WHERE m.person = p.id
                      AND m.mark = $10 AND m.ended_on IS NULL))
               ORDER BY p.org, p.status, p.pinyin, p.id LIMIT $11) k
         CROSS JOIN persons p CROSS JOIN orgs o
         WHERE p.id = k.id AND o.id = p.station
         ORDER BY p.org, p.status, p.pinyin, p.id",
        &start.org,
        filter.scope.to(),
        &start.status,
        &start.pinyin,
        start.id,
        &filter.status,
        &filter.management,
        &filter.away,
        filter.born_until(today),
        &filter.mark,
        n
    )
}

struct Start {
    org: String,
    status: String,
    pinyin: String,
    id: i64,
}

/// The place in the order of the person after whom the list goes on. The address holds only the
/// number, so that no name stands in it.
async fn start(db: &Db, filter: &Filter, after: Option<i64>) -> Result<Start, DbError> {
    let beginning = || Start {
        org: filter.scope.from().to_owned(),
        status: String::new(),
        pinyin: String::new(),
        id: 0,
    };
    let Some(after) = after else {
        return Ok(beginning());
    };
    let place = q!(
        "SELECT org, status, pinyin FROM persons WHERE id = $1 AND org >= $2 AND org < $3",
        after,
        filter.scope.from(),
        filter.scope.to()
    );
    let Some(row) = db.row(place).await? else {
        return Ok(beginning());
    };
    Ok(Start { org: row.get(0)?, status: row.get(1)?, pinyin: row.get(2)?, id: after })
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let typed = asked.get("q");
    if typed.is_empty() {
        show_list(&app, &actor, &asked).await
    } else {
        show_found(&app, &actor, typed).await
    }
}

async fn show_found(app: &Shared, actor: &Actor, typed: &str) -> Result<Markup, Problem> {
    let found = search(&app.db, &actor.scope(), typed, N_FOUND).await?;
    let is_full = i64::try_from(found.len()).unwrap_or(0) == N_FOUND;
    let empty = "没有找到。请换一种方式：姓名、拼音首字母、证件号码或后四位、电话、原工作单位";
    let is_plain = typed.chars().all(char::is_alphanumeric);
    let body = html! {
        (tools(actor, Some("/people"), None))
        @if found.is_empty() && is_plain && actor.can(deeds::PEOPLE_ENTER) {
            p { a href={ "/people/new?q=" (typed) } { "没有登记过？登记“" (typed) "”" } }
        }
        @if is_full { p { "只显示前 50 人；没有要找的人，请再多输入几个字。" } }
        (people(&found, empty))
    };
    Ok(page(app, actor, "退休人员", body).query(typed).render())
}

async fn show_list(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Markup, Problem> {
    let filter = Filter::read(asked, &actor.scope());
    let size = asked.number("limit").filter(|size| SIZES.contains(size)).unwrap_or(50);
    let after = asked.number("after");
    let scope = actor.scope();
    let (listing, orgs) = tokio::try_join!(
        list(&app.db, &filter, (after, size), app.today()),
        orgs(&app.db, &scope)
    )?;
    let address = |size: i64| format!("/people?{}&limit={size}", filter.query());
    let link = |n: &i64| frame::Link::new(n.to_string(), address(*n)).current_if(|| *n == size);
    let pager = Pager {
        first: after.map(|_| address(size)),
        next: listing.next.map(|next| format!("{}&after={next}", address(size))),
        sizes: SIZES.iter().map(link).collect(),
        ..Pager::default()
    };
    let empty = "没有符合条件的人。请放宽上面的条件，或用搜索框按姓名、证件号码、电话查找";
    let body = html! {
        (conditions(&filter, &orgs))
        (tools(actor, None, Some(&filter.query())))
        (people(&listing.rows, empty))
        (frame::pager(pager))
    };
    Ok(page(app, actor, "退休人员", body).render())
}

/// `query` is what an export would take; what was searched for is not exported.
fn tools(actor: &Actor, all: Option<&str>, query: Option<&str>) -> Markup {
    frame::toolbar(html! {
        @if actor.can(deeds::PEOPLE_ENTER) {
            (frame::button_link("/people/new", "登记退休人员"))
        }
        @if let Some(query) = query.filter(|_| actor.can(deeds::PEOPLE_EXPORT)) {
            (frame::button_link(&format!("/exports/new?list=people&{query}"), "导出"))
            (frame::button_link(&format!("/blanks?{query}"), "填空表"))
        }
        @if let Some(all) = all { (frame::button_link(all, "全部名单")) }
    })
}

/// A table of people; what is to be done next stands where a narrow screen shows it.
pub(super) fn people(found: &[Found], empty: &str) -> Markup {
    let columns = vec![
        Col::head("姓名"),
        Col::day("下一项应办"),
        Col::day("最近联系"),
        Col::text("证件号码"),
        Col::day("出生日期"),
        Col::text("电话"),
        Col::text("状态"),
        Col::text("社区"),
    ];
    let day = |day: Option<Date>| day.map(|day| frame::time(&day.to_string()));
    let rows = found.iter().map(|one| {
        vec![
            html! { a href=(format!("/people/{}", one.id)) { (one.name) } },
            html! { @if let Some(on) = day(one.due_on) { (on) } @else { "无" } },
            html! { @if let Some(on) = day(one.last_contact_on) { (on) } @else { "尚无" } },
            html! { (one.masked) },
            html! { @if let Some(on) = day(one.born_on) { (on) } @else { "不详" } },
            html! { @if one.masked_phone.is_empty() { "无" } @else { (one.masked_phone) } },
            html! { (name_of(codes::STATUSES, &one.status)) },
            html! { (one.station) },
        ]
    });
    frame::table(Table::new("退休人员", columns).rows(rows.collect()).empty(empty).numbered_from(1))
}

/// Codes and names of the organisations by which a list can be narrowed, larger ones first.
async fn orgs(db: &Db, scope: &Scope) -> Result<Vec<(String, String)>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT code, name FROM orgs
             WHERE code >= $1 AND code < $2 AND kind IN ('office', 'center', 'station')
               AND closed_on IS NULL
             ORDER BY LENGTH(code), code, id LIMIT $3",
            scope.from(),
            scope.to(),
            N_ORGS
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

fn conditions(filter: &Filter, orgs: &[(String, String)]) -> Markup {
    let any = || std::iter::once(Choice::new("", "全部"));
    let of = |table: &'static [codes::Code]| {
        any().chain(table.iter().map(|(code, name)| Choice::new(code, name))).collect::<Vec<_>>()
    };
    let orgs: Vec<Choice<'_>> = orgs.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let statuses: Vec<Choice<'_>> = codes::STATUSES
        .iter()
        .map(|(code, name)| Choice::new(code, name))
        .chain(std::iter::once(Choice::new(ANY_STATUS, "全部")))
        .collect();
    let aways: Vec<Choice<'_>> = any()
        .chain(std::iter::once(Choice::new(ELSEWHERE, "不在本地")))
        .chain(Away::ALL.iter().map(|away| Choice::new(away.code(), away.name())))
        .collect();
    let marks: Vec<Choice<'_>> =
        any().chain(Mark::ALL.iter().map(|mark| Choice::new(mark.code(), mark.name()))).collect();
    let age = filter.age.map_or_else(String::new, |age| age.to_string());
    let status = if filter.status.is_empty() { ANY_STATUS } else { &filter.status };
    frame::filters(
        "/people",
        html! {
            @if orgs.len() > 1 {
                (select_field(Input::new("org", "机构").value(filter.scope.from()), &orgs))
            }
            (select_field(Input::new("status", "状态").value(status).width(Width::Short),
                &statuses))
            (select_field(Input::new("management", "管理形式").value(&filter.management)
                .width(Width::Short), &of(codes::MANAGEMENT)))
            (select_field(Input::new("away", "居住地").value(&filter.away).width(Width::Short),
                &aways))
            (select_field(Input::new("mark", "特殊群体").value(&filter.mark).width(Width::Short),
                &marks))
            (text_field(Input::new("age", "年满（岁）").value(&age).kind(frame::Kind::Number)
                .width(Width::Tiny)))
        },
    )
}

/// What fits while the clerk is still typing.
pub async fn suggest(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let typed = asked.get("q");
    let found = search(&app.db, &actor.scope(), typed, 8).await?;
    let detail = |one: &Found| {
        let born = one.born_on.map_or_else(String::new, |on| format!("{}年生 ", on.year()));
        let gone = name_of(codes::STATUSES, &one.status);
        let gone = if one.status == "active" { "" } else { gone };
        format!("{} {born}{} {gone}", one.station, one.masked)
    };
    let details: Vec<String> = found.iter().map(detail).collect();
    let people: Vec<frame::Found<'_>> = found
        .iter()
        .zip(&details)
        .map(|(one, detail)| frame::Found {
            title: &one.name,
            detail: detail.trim_end(),
            href: format!("/people/{}", one.id),
        })
        .collect();
    Ok(frame::found(typed, &people))
}
