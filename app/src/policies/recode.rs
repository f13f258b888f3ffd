//! 机构代码变更时随之改变的本地标准。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// The figures of a place go with it, and every process reads the law anew.
///
/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let policies = q!(
        "UPDATE policies SET org = $3 || SUBSTR(org, LENGTH($1) + 1), version = version + 1
         WHERE org >= $1 AND org < $2",
        of.from.from(),
        of.from.to(),
        of.to.from()
    );
    act.put(vec![policies]).await?;
    act.bump("policies").await
}
