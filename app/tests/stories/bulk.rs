//! Many rows in one act, on both engines: as many as were sent, in one piece or not at all, and
//! with the indexes as they were.

use jiff::civil::Date;
use kernel::{Act, Query, q};
use songhe::accounts::{deeds, posts};

use crate::world::{TODAY, World};

fn fact(id: i64) -> Query {
    let voided: Option<i64> = (id % 2 == 0).then_some(9);
    q!(
        "INSERT INTO facts (id, person, kind, reference, detail, on_day, entered_on, source, act,
                            voided_by)
         VALUES ($2, $1, 'card_issued', 0, '', $3, $3, 'story', 1, $4)",
        5,
        id,
        Date::constant(2026, 1, 1),
        voided
    )
}

fn sweep(day: &str) -> Query {
    q!("INSERT INTO sweeps (day, n_people, n_changed) VALUES ($1, 1, NULL)", day)
}

async fn begin(world: &World) -> Act {
    let operator = kernel::Actor::operator(posts::operator());
    world.db().begin(operator.permit(deeds::DUTIES_REBUILD).unwrap(), TODAY).await.unwrap()
}

async fn n_facts(world: &World) -> i64 {
    let row = world.db().row(q!("SELECT COUNT(*) FROM facts WHERE source = 'story'")).await;
    row.unwrap().unwrap().get(0).unwrap()
}

/// The names of the indexes of a table, as the engine knows them.
async fn indexes(world: &World) -> Vec<String> {
    let sqlite = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'facts'
         ORDER BY name";
    let postgres = "SELECT indexname FROM pg_indexes
         WHERE schemaname = current_schema() AND tablename = 'facts' ORDER BY indexname";
    let sql = if world.db().is_sqlite() { sqlite } else { postgres };
    let rows = world.db().rows(Query { sql, params: Vec::new() }).await.unwrap();
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

#[tokio::test]
async fn many_rows_arrive_with_their_values_and_indexes() {
    for world in World::each().await {
        let before = indexes(&world).await;
        let mut act = begin(&world).await;
        let aside = act.set_indexes_aside(&["facts"]).await.unwrap();
        act.bulk((1..=1_000).map(fact).collect()).await.unwrap();
        act.bulk((1_001..=1_500).map(fact).collect()).await.unwrap();
        let seen = act.row(q!("SELECT COUNT(*) FROM facts WHERE source = 'story'")).await.unwrap();
        assert_eq!(seen.unwrap().get::<i64>(0).unwrap(), 1_500, "an act sees what it wrote");
        act.make_indexes(aside).await.unwrap();
        act.commit("bulk", "").await.unwrap();
        assert_eq!(indexes(&world).await, before);
        assert_eq!(n_facts(&world).await, 1_500);
        let row = world
            .db()
            .row(q!("SELECT person, on_day, act, voided_by FROM facts WHERE id = 2"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.get::<i64>(0).unwrap(), 5);
        assert_eq!(row.get::<Date>(1).unwrap(), Date::constant(2026, 1, 1));
        assert_eq!(row.get::<i64>(2).unwrap(), 1);
        assert_eq!(row.get::<Option<i64>>(3).unwrap(), Some(9));
    }
}

#[tokio::test]
async fn a_row_that_does_not_fit_leaves_nothing_behind() {
    for world in World::each().await {
        let before = indexes(&world).await;
        let mut act = begin(&world).await;
        let aside = act.set_indexes_aside(&["facts"]).await.unwrap();
        act.bulk((1..=10).map(fact).collect()).await.unwrap();
        let mut failed = act.bulk(vec![fact(11), sweep("2026-01-01")]).await.is_err();
        failed |= act.bulk(vec![fact(12)]).await.is_err();
        failed |= act.make_indexes(aside).await.is_err();
        assert!(failed, "n_changed may not be empty");
        assert!(act.commit("bulk", "").await.is_err());
        assert_eq!(indexes(&world).await, before);
        assert_eq!(n_facts(&world).await, 0);
    }
}

#[tokio::test]
async fn a_number_given_twice_is_told_as_a_duplicate() {
    for world in World::each().await {
        let mut act = begin(&world).await;
        let mut told = act.bulk(vec![fact(1), fact(1)]).await;
        if told.is_ok() {
            told = act.bulk(Vec::new()).await;
        }
        assert!(told.unwrap_err().is_duplicate());
    }
}
