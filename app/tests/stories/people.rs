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
