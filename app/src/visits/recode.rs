//! 机构代码变更时随之改变的走访和委托。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let (from, until, to) = (of.from.from(), of.from.to(), of.to.from());
    let queries = vec![
        q!(
            "UPDATE visits SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE entrustments SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE entrustments SET to_code = $3 || SUBSTR(to_code, LENGTH($1) + 1)
             WHERE to_code >= $1 AND to_code < $2",
            from,
            &until,
            to
        ),
    ];
    act.put(queries).await
}
