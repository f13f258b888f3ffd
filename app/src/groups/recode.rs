//! 机构代码变更时随之改变的小组、支部和介绍信。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let (from, until, to) = (of.from.from(), of.from.to(), of.to.from());
    let queries = vec![
        q!(
            "UPDATE circles SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE circles SET code = $3 || SUBSTR(code, LENGTH($1) + 1)
             WHERE code >= $1 AND code < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE party_letters SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
    ];
    act.put(queries).await
}
