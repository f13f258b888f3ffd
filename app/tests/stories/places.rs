//! The audit trail shows every change made to it.

use kernel::audit::{Chain, verify};
use kernel::q;

use crate::world::World;

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
