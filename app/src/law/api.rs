//! The law for programs: rules and figures with their sentences. The command line prints the same.

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use kernel::Problem;
use rules::law::{Figure, InForce, Law, RuleText};
use serde::Serialize;

use super::{Content, Found, contents, find, rules_on};
use crate::web::{Me, Shared};

/// A version of a rule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RuleOut {
    pub id: String,
    pub name: String,
    /// Level that owes it: `station`, `street`, `district` or `city`.
    pub owner: String,
    pub from: String,
    pub cite: String,
    /// The sentence, verbatim.
    pub quote: String,
    pub explains: String,
    pub pack: String,
}

/// An entry of a figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EntryOut {
    pub from: String,
    pub value: i64,
    pub cite: String,
    /// The sentence, verbatim.
    pub quote: String,
    pub pack: String,
}

/// A figure: what is in force on the day, and every entry.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FigureOut {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub in_force: Option<EntryOut>,
    pub entries: Vec<EntryOut>,
}

/// The law in force on a day in one's own place.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LawOut {
    pub on: String,
    pub rules: Vec<RuleOut>,
    pub figures: Vec<FigureOut>,
    /// The lowest first; what lies higher goes before.
    pub packs: Vec<PackOut>,
}

/// A layer of the law.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PackOut {
    pub id: String,
    pub name: String,
    pub first_on: Option<String>,
    pub newest_on: Option<String>,
    pub n_rules: usize,
    pub n_figures: usize,
}

impl From<Content<'_>> for PackOut {
    fn from(pack: Content<'_>) -> Self {
        Self {
            id: pack.id.to_owned(),
            name: pack.name.to_owned(),
            first_on: pack.first_on.map(|day| day.to_string()),
            newest_on: pack.newest_on.map(|day| day.to_string()),
            n_rules: pack.n_rules,
            n_figures: pack.n_figures,
        }
    }
}

/// A rule with the version in force and all others, or a figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LawItemOut {
    pub on: String,
    pub rule: Option<RuleOut>,
    pub versions: Vec<RuleOut>,
    pub figure: Option<FigureOut>,
}

impl From<&RuleText> for RuleOut {
    fn from(rule: &RuleText) -> Self {
        Self {
            id: rule.id.clone(),
            name: rule.name.clone(),
            owner: rule.owner.code().to_owned(),
            from: rule.from.to_string(),
            cite: rule.cite.clone(),
            quote: rule.quote.clone(),
            explains: rule.explains.clone(),
            pack: rule.pack.clone(),
        }
    }
}

impl From<InForce<'_>> for EntryOut {
    fn from(entry: InForce<'_>) -> Self {
        Self {
            from: entry.from.to_string(),
            value: entry.value,
            cite: entry.cite.to_owned(),
            quote: entry.quote.to_owned(),
            pack: entry.pack.to_owned(),
        }
    }
}

fn figure_out(figure: &Figure, on: Date) -> FigureOut {
    FigureOut {
        id: figure.id.clone(),
        name: figure.name.clone(),
        unit: figure.unit.clone(),
        in_force: figure.on(on).map(EntryOut::from),
        entries: figure.entries().map(EntryOut::from).collect(),
    }
}

/// Everything in force on a day.
#[must_use]
pub fn law_out(law: &Law, on: Date) -> LawOut {
    LawOut {
        on: on.to_string(),
        rules: rules_on(law, on).into_iter().map(RuleOut::from).collect(),
        figures: law.figures().map(|figure| figure_out(figure, on)).collect(),
        packs: contents(law).into_iter().map(PackOut::from).collect(),
    }
}

/// A rule or a figure on a day.
#[must_use]
pub fn item_out(law: &Law, id: &str, on: Date) -> Option<LawItemOut> {
    let mut out = LawItemOut { on: on.to_string(), rule: None, versions: Vec::new(), figure: None };
    match find(law, id)? {
        Found::Rule(versions) => {
            out.rule = law.rule_on(id, on).ok().map(RuleOut::from);
            out.versions = versions.into_iter().map(RuleOut::from).collect();
        }
        Found::Figure(figure) => out.figure = Some(figure_out(figure, on)),
    }
    Some(out)
}

#[utoipa::path(get, path = "/api/v1/law", tag = "law",
    responses((status = 200, body = LawOut)))]
pub async fn list(State(app): State<Shared>, Me(actor): Me) -> Result<Json<LawOut>, Problem> {
    let laws = app.laws().await?;
    Ok(Json(law_out(laws.law(&actor.org), app.today())))
}

#[utoipa::path(get, path = "/api/v1/law/{rule}", tag = "law",
    params(("rule" = String, Path)),
    responses((status = 200, body = LawItemOut), (status = 404, description = "没有这个规则或标准")))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<String>,
) -> Result<Json<LawItemOut>, Problem> {
    let laws = app.laws().await?;
    item_out(laws.law(&actor.org), &id, app.today()).map(Json).ok_or(Problem::NotFound)
}
