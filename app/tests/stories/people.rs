//! Entering retirees, finding them, changing them, moving them, and a death.

use jiff::civil::date;
use kernel::q;

use crate::world::World;

#[tokio::test]
async fn a_retiree_is_entered_and_duties_follow() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let born = date(1950, 3, 4);
        let id = world.person(&clerk, "王秀兰", born, "990101001001").await;
        let db = world.db();
        let person = songhe::registry::find(&mut db.clone(), &clerk.scope(), id).await;
        let person = person.unwrap();
        assert_eq!(person.born_on, Some(born));
        assert_eq!(person.id_kind, "resident");
        let owed = songhe::duties::store::of_person(&mut db.clone(), id).await;
        assert!(!owed.unwrap().is_empty(), "a first visit is owed");
        let tally = db.row(q!("SELECT n FROM tallies WHERE org = '990101001001'")).await;
        assert_eq!(tally.unwrap().unwrap().get::<i64>(0).unwrap(), 1);
    }
}

/// Whoever is about to call or to walk opens the telephone with one click; the audit keeps it, and
/// nobody of another place opens anything.
#[tokio::test]
async fn a_telephone_is_opened_to_call_and_the_audit_keeps_it() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), "990101001001").await;
        let form = world.get(&clerk, &format!("/people/{id}/visits/new")).await.body;
        assert!(
            !form.contains("19400000001") && form.contains("查看电话"),
            "masked, with a button"
        );
        let path = format!("/people/{id}/telephone");
        let opened = world.post(&clerk, &path, &[]).await;
        assert!(opened.body.contains("href=\"tel:19400000001\""), "{}", opened.body);
        let next = world.get(&clerk, &format!("/people/{id}/visits/new?way=telephone")).await.body;
        assert!(next.contains("value=\"telephone\" checked"), "the visit is set to a call");
        let plan = [("org", "990101001001"), ("due_by", "2026-12-31")];
        let printed = world.post(&clerk, "/visits/plan/print", &plan).await;
        assert!(printed.body.contains("19400000001"), "{}", printed.body);
        let kept = world.db().rows(q!("SELECT detail FROM audit WHERE deed = 'people.reveal'"));
        let kept: Vec<String> = kept.await.unwrap().iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(kept, ["走访联系，查看电话", "打印含完整电话的走访单，1人"]);

        for place in ["990101001002", "990102001001"] {
            let other = world.clerk("coordinator", place).await;
            let refused = world.post(&other, &path, &[]).await;
            assert_eq!(refused.status.as_u16(), 404, "{place}");
            let printed = world.post(&other, "/visits/plan/print", &plan).await;
            assert!(!printed.body.contains("19400000001") && !printed.body.contains("王秀兰"));
        }
        let lead = world.clerk("office_lead", "990101").await;
        assert_eq!(world.post(&lead, &path, &[]).await.status.as_u16(), 403);
    }
}
