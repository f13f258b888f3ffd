//! 机构代码变更时随之改变的联系卡和社区站联系方式。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let (from, until, to) = (of.from.from(), of.from.to(), of.to.from());
    let queries = vec![
        q!(
            "UPDATE cards SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        // What is known of somebody who had the code before stands in the way.
        q!("DELETE FROM station_contacts WHERE org >= $1 AND org < $2", to, of.to.to()),
        q!(
            "UPDATE station_contacts SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
    ];
    act.put(queries).await
}
