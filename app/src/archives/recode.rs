//! 机构代码变更时随之改变的人事档案：保管机构、移交单、盘点。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let (from, until, to) = (of.from.from(), of.from.to(), of.to.from());
    let queries = vec![
        q!(
            "UPDATE archives SET holder = $3 || SUBSTR(holder, LENGTH($1) + 1)
             WHERE holder >= $1 AND holder < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE archive_slips SET from_org = $3 || SUBSTR(from_org, LENGTH($1) + 1)
             WHERE from_org >= $1 AND from_org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE archive_slips SET to_org = $3 || SUBSTR(to_org, LENGTH($1) + 1)
             WHERE to_org >= $1 AND to_org < $2",
            from,
            &until,
            to
        ),
        // A stock-taking that somebody who had the code before left open stands in the way.
        q!(
            "UPDATE archive_checks SET ended_on = started_on
             WHERE org >= $1 AND org < $2 AND ended_on IS NULL",
            to,
            of.to.to()
        ),
        q!(
            "UPDATE archive_checks SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
    ];
    act.put(queries).await
}
