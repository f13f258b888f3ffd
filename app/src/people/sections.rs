//! What the page of a retiree shows of marks and relatives, and the ways to the acts.

use frame::{Tone, button_link, tag};
use kernel::{Actor, Deed, Problem};
use maud::{Markup, html};

use super::relatives_pages;
use crate::deeds;
use crate::registry::{Person, marks, moves, relatives};
use crate::web::Shared;

/// Title, end of the address, the deed, and the status in which it is offered (empty: any).
type Way = (&'static str, &'static str, Deed, &'static str);

const WAYS: &[Way] = &[
    ("特殊群体", "marks", deeds::PEOPLE_SEE, ""),
    ("亲属与联系人", "relatives", deeds::PEOPLE_SEE, ""),
    ("健康备注", "health", deeds::PEOPLE_HEALTH, ""),
    ("打印卡", "card", deeds::PEOPLE_SEE, ""),
    ("打印登记表", "form", deeds::PEOPLE_SEE, ""),
    ("转移到其他社区", "move", deeds::PEOPLE_MOVE, "active"),
    ("登记转出", "left", deeds::PEOPLE_MOVE, "active"),
    ("登记死亡", "death", deeds::DEATH_RECORD, "active"),
    ("死亡登记", "death", deeds::PEOPLE_SEE, "dead"),
    ("转出登记", "left", deeds::PEOPLE_SEE, "left"),
];

/// Links to what can be done with or for a retiree.
#[must_use]
pub fn ways(actor: &Actor, person: &Person) -> Markup {
    let offered = WAYS.iter().filter(|(_, _, deed, status)| {
        actor.can(*deed) && (status.is_empty() || *status == person.status)
    });
    frame::toolbar(html! {
        @for (title, at, _, _) in offered {
            (button_link(&format!("/people/{}/{at}", person.id), title))
        }
    })
}

/// Standing marks, relatives and contacts.
///
/// # Errors
/// Whatever the database says.
pub async fn show(app: &Shared, person: &Person) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let marks = marks::of_person(&mut db, person.id).await?;
    let relatives = relatives::of_person(&mut db, person.id).await?;
    let standing: Vec<_> = relatives.into_iter().filter(|one| one.ended_on.is_none()).collect();
    let waits = moves::waiting(&mut db, person.id).await?;
    Ok(html! {
        @if let Some(id) = waits {
            p { "已提出转移到其他社区，" a href={ "/moves/" (id) } { "等待接收方确认" } "。" }
        }
        @if marks.iter().any(|mark| mark.ended_on.is_none()) {
            h2 { "特殊群体" }
            p { @for mark in marks.iter().filter(|mark| mark.ended_on.is_none()) {
                (tag(Tone::Warn, mark.mark.name())) " "
            } }
        }
        (relatives_pages::table(&standing, 0))
    })
}
