//! 机构代码变更时随之改变的导入、导出记录和记住的列对应关系。

use kernel::{Act, DbError, q};

use crate::orgs::recode::Renumbering;

/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    let (from, until, to) = (of.from.from(), of.from.to(), of.to.from());
    let queries = vec![
        q!(
            "UPDATE imports SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE exports SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE blanks SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        // What somebody remembered who had the code before.
        q!("DELETE FROM export_profiles WHERE org >= $1 AND org < $2", to, of.to.to()),
        q!(
            "UPDATE export_profiles SET place = $3 || SUBSTR(place, LENGTH($1) + 1)
             WHERE place >= $1 AND place < $2",
            from,
            &until,
            to
        ),
        q!(
            "UPDATE export_profiles SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
        q!("DELETE FROM import_mappings WHERE org >= $1 AND org < $2", to, of.to.to()),
        q!(
            "UPDATE import_mappings SET org = $3 || SUBSTR(org, LENGTH($1) + 1)
             WHERE org >= $1 AND org < $2",
            from,
            &until,
            to
        ),
    ];
    act.put(queries).await
}
