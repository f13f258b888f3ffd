//! Labels to be stuck on files, what is in a box, and slips, on A4.

use axum::extract::{Path, State};
use frame::{Col, CutCard, PrintSheet, Table};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::store::{self, File, Which};
use super::{MOST, find, slip_pages, slips};
use crate::web::page::encoded;
use crate::web::{self, fields::Asked};
use crate::web::{Fields, Me, Shared};
use crate::{labels as numbers, orgs};

fn on_paper(app: &Shared, (title, org, back): (&str, &str, &str), body: Markup) -> Markup {
    web::on_paper(app, PrintSheet::new(title, org, body).back(back))
}

/// The files of a body's box, or the first of a body that lie there.
async fn chosen(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Chosen, Problem> {
    let mut db = app.db.clone();
    let org = asked.get("org");
    if !actor.scope().covers(org) {
        return Err(Problem::NotFound);
    }
    let head = orgs::store::head(&mut db, org).await?.ok_or(Problem::NotFound)?;
    let in_box = asked.get("box").to_owned();
    let which = Which { holder: org, state: "held", in_box: &in_box, ..Which::default() };
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let files = store::page(&mut db, which, (("", 0), most)).await?;
    let back = format!("/archives?org={org}&box={}", encoded(&in_box));
    Ok(Chosen { name: head.name, in_box, files, back })
}

struct Chosen {
    name: String,
    in_box: String,
    files: Vec<File>,
    back: String,
}

/// Labels of a box's files, or of one.
pub async fn labels(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let chosen = if let Some(id) = asked.number("file") {
        let file = find(&mut app.db.clone(), &actor, id).await?;
        let (name, back) = (file.holder_name.clone(), super::path(id));
        Chosen { name, in_box: String::new(), files: vec![file], back }
    } else {
        chosen(&app, &actor, &asked).await?
    };
    let mut cards = Vec::with_capacity(chosen.files.len());
    for file in &chosen.files {
        let number = numbers::grouped(&file.number);
        let face = CutCard {
            title: "人事档案",
            number: &number,
            name: &file.person_name,
            large: &file.box_,
            lines: vec![chosen.name.clone()],
            picture: numbers::qr(&file.number)?,
        };
        cards.push(face.render());
    }
    let body = html! {
        @if cards.is_empty() { p { "这里没有在库的档案。" } }
        @else { (frame::cards_to_cut(cards)) }
    };
    Ok(on_paper(&app, ("档案标签", &chosen.name, &chosen.back), body))
}

/// What lies in a box.
pub async fn in_box(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let chosen = chosen(&app, &actor, &asked).await?;
    let row = |file: &File| {
        vec![
            frame::text(&file.person_name),
            frame::text(numbers::grouped(&file.number)),
            frame::text(file.volumes),
            frame::text(file.pages.map(|n| n.to_string()).unwrap_or_default()),
            frame::time(&file.arrived_on.to_string()),
            frame::text(&file.note),
        ]
    };
    let columns = vec![
        Col::head("姓名"),
        Col::text("档案号"),
        Col::number("册数"),
        Col::number("页数"),
        Col::day("到库日期"),
        Col::text("备注"),
    ];
    let table = Table::new("盒内目录", columns)
        .rows(chosen.files.iter().map(row).collect())
        .numbered_from(1)
        .empty("这一盒没有在库的档案");
    let title = format!("盒内目录 {}", chosen.in_box);
    Ok(on_paper(&app, (&title, &chosen.name, &chosen.back), frame::table(table)))
}

/// A slip with the signatures of both sides.
pub async fn slip(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let slip = slips::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let files = slip_pages::files(&app, id).await?;
    let body = html! {
        p { "移交单 " (slip.number) "：" (slip.from_name) "移交" (slip.to_name) "人事档案 "
            (slip.n) " 份。档案由专人送达，不得由本人自带。" }
        (slip_pages::table(&files, slip_pages::Boxes::Without))
        p { "移交人（签字）：　　　　　　　　　　接收人（签字）：" }
        p { "移交单位（盖章）：　　　　　　　　　接收单位（盖章）：" }
        p { "移交日期：　　　年　　月　　日　　　接收日期：　　　年　　月　　日" }
    };
    let back = format!("/archives/slips/{id}");
    Ok(on_paper(&app, ("人事档案移交单", &slip.from_name, &back), body))
}
