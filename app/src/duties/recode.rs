//! 机构代码变更时随之改变的应办事项。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let duties = q!(
        "UPDATE duties SET org = $3 || SUBSTR(org, LENGTH($1) + 1) WHERE org >= $1 AND org < $2",
        of.from.from(),
        of.from.to(),
        of.to.from()
    );
    act.put(vec![duties]).await
}
