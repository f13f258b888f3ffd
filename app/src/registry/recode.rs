//! 机构代码变更时随之改变的退休人员、特殊群体、人数和转移。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let (from, until, to) = (of.from.from(), of.from.to(), of.to.from());
    let queries = vec![
        q!(
            "UPDATE persons SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE marks SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        // An empty count of somebody who had the code before stands in the way.
        q!("DELETE FROM tallies WHERE org >= $1 AND org < $2 AND n = 0", to, of.to.to()),
        q!(
            "UPDATE tallies SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE moves SET from_org = $3 || SUBSTR(from_org, LENGTH($1) + 1)
             WHERE from_org >= $1 AND from_org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE moves SET to_org = $3 || SUBSTR(to_org, LENGTH($1) + 1)
             WHERE to_org >= $1 AND to_org < $2",
            from,
            &until,
            to
        ),
    ];
    act.put(queries).await
}
