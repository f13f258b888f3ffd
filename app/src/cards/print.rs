//! Cards on paper: eight on a sheet to be cut out, and the list on which receipt is signed for.

use axum::extract::State;
use frame::{Col, CutCard, PrintSheet, Table};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::store::{self, Card, Contact};
use super::{MOST, path, station};
use crate::labels;
use crate::orgs::Org;
use crate::web::{self, fields::Asked};
use crate::web::{Fields, Me, Shared};

/// What a card is for, in the words of an elder.
const FOR: &str = "资格认证、生病住院、搬家、家人去世、生活困难，都请打这个电话";

struct Batch {
    station: Org,
    contact: Contact,
    cards: Vec<Card>,
}

async fn batch(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Batch, Problem> {
    let mut db = app.db.clone();
    let station = station(&mut db, actor, asked.get("org")).await?;
    let contact = store::contact(&mut db, &station.code).await?;
    let after = asked.number("after").unwrap_or(0);
    let n = i64::try_from(MOST).unwrap_or(i64::MAX);
    let cards = store::printed(&mut db, &station.code, (after, n)).await?;
    Ok(Batch { station, contact, cards })
}

fn on_paper(app: &Shared, title: &str, batch: &Batch, body: Markup) -> Markup {
    let back = path(&batch.station.code);
    web::on_paper(app, PrintSheet::new(title, &batch.station.name, body).back(&back))
}

/// The cards that wait to be handed over, eight on a sheet.
pub async fn sheet(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let batch = batch(&app, &actor, &asked).await?;
    let mut cards = Vec::with_capacity(batch.cards.len());
    for card in &batch.cards {
        cards.push(face(&batch, card)?);
    }
    let body = html! {
        @if cards.is_empty() { p { "没有待发的卡，请先在“联系卡”页面印卡。" } }
        @else { (frame::cards_to_cut(cards)) }
    };
    Ok(on_paper(&app, "退休人员联系卡", &batch, body))
}

fn face(batch: &Batch, card: &Card) -> Result<Markup, Problem> {
    let contact = &batch.contact;
    let reached = |label: &str, text: &str| (!text.is_empty()).then(|| format!("{label}：{text}"));
    let hours = match (contact.coordinator.as_str(), contact.hours.as_str()) {
        ("", hours) => reached("时间", hours),
        (who, "") => reached("协理员", who),
        (who, hours) => Some(format!("协理员：{who}　时间：{hours}")),
    };
    let lines = [
        Some(FOR.to_owned()),
        Some(batch.station.name.clone()),
        reached("地址", &contact.address),
        hours,
        reached("街道中心", &contact.street_phone),
    ];
    let face = CutCard {
        title: "企业退休人员联系卡",
        number: &labels::grouped(&card.number),
        name: &card.person_name,
        large: &contact.phone,
        lines: lines.into_iter().flatten().collect(),
        picture: labels::qr(&card.number)?,
    };
    Ok(face.render())
}

/// The list on which receipt is signed for.
pub async fn roll(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let batch = batch(&app, &actor, &asked).await?;
    let row = |card: &Card| {
        vec![
            frame::text(&card.person_name),
            frame::text(labels::grouped(&card.number)),
            frame::time(&card.printed_on.to_string()),
            html! {},
            html! {},
            html! {},
        ]
    };
    let columns = vec![
        Col::head("姓名"),
        Col::text("卡号"),
        Col::day("印卡日期"),
        Col::text("领卡人签字"),
        Col::text("领卡日期"),
        Col::text("发放人"),
    ];
    let table = Table::new("发放登记", columns)
        .rows(batch.cards.iter().map(row).collect())
        .numbered_from(1)
        .empty("没有待发的卡");
    let body = html! {
        (frame::table(table))
        p { "由家属或他人代领的，请在签字栏写明与本人的关系。" }
    };
    Ok(on_paper(&app, "联系卡发放登记表", &batch, body))
}
