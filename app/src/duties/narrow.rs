//! What a list of duties can be narrowed by: organisation, state, rule, owner, month.

use frame::{Choice, Input, Markup, Width};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::html;
use rules::days::add_months;
use rules::duties::Rule;

use super::lists::{Filter, Which};
use crate::orgs;
use crate::web::{Fields, Shared};

/// The form above the list, and the days that it is about.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn filters(
    app: &Shared,
    actor: &Actor,
    asked: &Fields,
    filter: &Filter,
) -> Result<Markup, Problem> {
    let places = places(app, actor).await?;
    let place_choices: Vec<Choice<'_>> = std::iter::once(Choice::new("", "全部"))
        .chain(places.iter().map(|(code, name)| Choice::new(code, name)))
        .collect();
    let states: Vec<Choice<'_>> =
        Which::ALL.iter().map(|which| Choice::new(which.code(), which.name())).collect();
    let rules: Vec<Choice<'_>> = std::iter::once(Choice::new("", "全部"))
        .chain(Rule::ALL.iter().map(|rule| Choice::new(rule.id(), rule.name())))
        .collect();
    let owners: Vec<Choice<'_>> = [("", "全部"), ("station", "社区"), ("street", "街道")]
        .into_iter()
        .chain([("district", "区")])
        .map(|(code, name)| Choice::new(code, name))
        .collect();
    let months = months(app.today());
    let month_choices: Vec<Choice<'_>> = std::iter::once(Choice::new("", "不限"))
        .chain(months.iter().map(|(code, name)| Choice::new(code, name)))
        .collect();
    let org = if filter.scope.from() == actor.org { "" } else { filter.scope.from() };
    let (rule, owner) = (filter.rule.map_or("", Rule::id), asked.get("owner"));
    let select = |name, label, value, choices: &[Choice<'_>]| {
        let input = Input::new(name, label).value(value).width(Width::Short);
        frame::select_field(input, choices)
    };
    let shown = html! {
        @if !places.is_empty() { (select("org", "机构", org, &place_choices)) }
        (select("state", "状态", filter.which.code(), &states))
        (select("rule", "事项", rule, &rules))
        (select("owner", "由谁办", owner, &owners))
        (select("month", "月份", asked.get("month"), &month_choices))
    };
    Ok(html! {
        (frame::filters("/duties", shown))
        (span_line(filter))
    })
}

/// Which days the list is about, in words.
fn span_line(filter: &Filter) -> Markup {
    let what = if filter.which.is_open() { "期限" } else { "办结或错过日期" };
    html! {
        @match (filter.from, filter.until) {
            (None, None) => {}
            (from, until) => p.hint {
                (what) "："
                @if let Some(from) = from { (frame::time(&from.to_string())) }
                "至"
                @if let Some(until) = until { (frame::time(&until.to_string())) }
            }
        }
    }
}

/// The organisations one level below the asker's; none below a station.
pub(super) async fn places(app: &Shared, actor: &Actor) -> Result<Vec<(String, String)>, Problem> {
    let kind = match actor.level.as_str() {
        "street" => "station",
        "district" => "center",
        "city" => "office",
        _ => return Ok(Vec::new()),
    };
    let below = orgs::store::below(&mut app.db.clone(), &actor.scope(), kind).await?;
    let own = actor.org.as_str();
    let of = below.into_iter().filter(|org| org.code != own);
    Ok(of.map(|org| (org.code, org.name)).collect())
}

/// The months that a list can be asked for: a year back, three months on.
fn months(today: Date) -> Vec<(String, String)> {
    (-12..=3)
        .rev()
        .map(|n| {
            let first = add_months(today.first_of_month(), n);
            let code = format!("{:04}-{:02}", first.year(), first.month());
            (code, format!("{}年{}月", first.year(), first.month()))
        })
        .collect()
}
