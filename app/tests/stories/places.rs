//! Organisations from a table, and the audit trail that shows every change made to it.

use kernel::audit::{Chain, verify};
use kernel::q;
use songhe::cli::people::read_orgs;

use crate::world::World;

const TABLE: &str = "code,name,level,parent\n9903,南湖市,2,\n990301000000,南湖区,3,9903\n\
                     990301001000,湖滨街道,4,990301\n990301001001,湖滨社区,5,990301001\n";

#[tokio::test]
async fn organisations_come_from_a_table_once() {
    for world in World::each().await {
        assert_eq!(read_orgs(world.db(), TABLE).await.unwrap(), 4);
        assert_eq!(read_orgs(world.db(), TABLE).await.unwrap(), 0, "the same table again");
        let street = world.org("990301001", "center").await;
        let mut db = world.db().clone();
        let station = songhe::orgs::store::by_code(&mut db, "990301001001", "station").await;
        assert_eq!(station.unwrap().unwrap().parent, Some(street));
        let bad = read_orgs(world.db(), "code,name\n99040100100,某处\n").await;
        assert!(bad.unwrap_err().to_string().contains("第 2 行"));
    }
}

#[tokio::test]
async fn a_changed_audit_row_is_found() {
    for world in World::each().await {
        world.clerk("coordinator", "990101001001").await;
        assert!(matches!(verify(world.db()).await.unwrap(), Chain::Whole { n_rows: 2.. }));
        let forge = q!("UPDATE audit SET who = 'somebody else' WHERE n = 2");
        world.db().housekeep(vec![forge]).await.unwrap();
        assert_eq!(verify(world.db()).await.unwrap(), Chain::Broken { at: 2 });
    }
}
