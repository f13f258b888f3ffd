//! 机构代码变更时随之改变的移交批次、移交单和接收社区。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let (from, until, to) = (of.from.from(), of.from.to(), of.to.from());
    let queries = vec![
        q!(
            "UPDATE handover_batches SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE handover_slips SET from_org = $3 || SUBSTR(from_org, LENGTH($1) + 1)
             WHERE from_org >= $1 AND from_org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE handover_slips SET to_org = $3 || SUBSTR(to_org, LENGTH($1) + 1)
             WHERE to_org >= $1 AND to_org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE handover_people SET target = $3 || SUBSTR(target, LENGTH($1) + 1)
             WHERE target >= $1 AND target < $2",
            from,
            &until,
            to
        ),
    ];
    act.put(queries).await
}
