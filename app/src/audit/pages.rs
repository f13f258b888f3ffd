//! The auditor's page.

use axum::extract::State;
use frame::{Choice, Col, Input, Pager, Table, Tone, form_post, select_field, submit, text_field};
use kernel::audit::Chain;
use kernel::clock::on_the_wall;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::{Numbered, deed_name, in_words};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, csrf, page};

const PAGE: i64 = 50;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    list_page(&app, &actor, &asked, None).await
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    asked: &Fields,
    checked: Option<Chain>,
) -> Result<Markup, Problem> {
    let (found, next) = super::list(app, actor, asked, PAGE).await?;
    let query = |after: &str| {
        let [deed, who, subject] = ["deed", "who", "subject"].map(|name| encoded(asked.get(name)));
        format!("/audit?deed={deed}&who={who}&subject={subject}{after}")
    };
    let pager = Pager {
        first: (!asked.get("after").is_empty()).then(|| query("")),
        next: next.map(|n| query(&format!("&after={n}"))),
        ..Pager::default()
    };
    let body = html! {
        (frame::filters("/audit", filter_fields(asked)))
        (form_post("/audit/verify", &csrf(app, actor.session), "", submit("核验审计记录")))
        (acts_table(&found))
        (frame::pager(pager))
    };
    let shell = page(app, actor, "审计", body);
    let shell = match checked {
        None => shell,
        Some(chain @ Chain::Whole { .. }) => shell.notice(Tone::Good, in_words(&chain)),
        Some(chain) => shell.notice(Tone::Bad, in_words(&chain)),
    };
    Ok(shell.render())
}

fn filter_fields(asked: &Fields) -> Markup {
    let mut choices = vec![Choice::new("", "全部事项")];
    choices.extend(deeds::ALL.iter().map(|deed| Choice::new(deed.code(), deed.name())));
    html! {
        (select_field(Input::new("deed", "事项").value(asked.get("deed")), &choices))
        (text_field(Input::new("who", "办理人").value(asked.get("who"))))
        (text_field(Input::new("subject", "对象").value(asked.get("subject"))
            .hint("例如“person/123”")))
    }
}

fn acts_table(found: &[Numbered]) -> Markup {
    let columns = vec![
        Col::number("编号"),
        Col::day("时间"),
        Col::text("办理人"),
        Col::text("机构"),
        Col::text("事项"),
        Col::text("对象"),
        Col::text("备注"),
        Col::text("来源地址"),
    ];
    let rows = found.iter().map(|(n, entry)| {
        vec![
            frame::text(n),
            frame::text(on_the_wall(&entry.at)),
            frame::text(&entry.who),
            frame::text(if entry.org.is_empty() { "本机" } else { &entry.org }),
            frame::text(deed_name(&entry.deed)),
            frame::text(&entry.subject),
            html! { span.long { (entry.detail) } },
            frame::text(&entry.address),
        ]
    });
    let table = Table::new("审计记录", columns).rows(rows.collect());
    frame::table(table.empty("没有符合条件的审计记录，请更换查询条件"))
}

pub async fn verify(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let chain = super::verify(&app, &actor).await?;
    list_page(&app, &actor, &Fields::default(), Some(chain)).await
}
