//! 代码变更：一个机构和它下面的机构换用新的区划代码。

use kernel::{Act, DbError, Problem, Reader, Scope, q};

use super::history::happened;
use super::{Org, TAKEN, store};
use crate::codes;

/// At most so many organisations change their codes in one act.
const N_ORGS: usize = 5_000;

/// All codes that begin with `from` begin with `to` instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renumbering {
    pub from: Scope,
    pub to: Scope,
}

impl Renumbering {
    #[must_use]
    pub fn new(from: &str, to: &str) -> Self {
        Self { from: Scope::below(from), to: Scope::below(to) }
    }

    /// What becomes of a code.
    #[must_use]
    pub fn of(&self, code: &str) -> String {
        code.strip_prefix(self.from.from())
            .map_or_else(|| code.to_owned(), |rest| format!("{}{rest}", self.to.from()))
    }
}

/// Judges a new code for an organisation; answers the one above it, if there is one.
///
/// # Errors
/// Field problems: a code of another level, one that is in use, one without a superior.
pub async fn judge(
    reader: &mut impl Reader,
    org: &Org,
    code: &str,
) -> Result<Option<Org>, Problem> {
    if !codes::is_code(code) || codes::level_of(code) != Some(org.level.as_str()) {
        let sentence = format!(
            "新代码应与原代码 {} 位数相同：{}一级用 {} 位",
            org.code,
            codes::level_name(&org.level),
            org.code.len()
        );
        return Err(Problem::field("code", sentence));
    }
    if code == org.code {
        return Err(Problem::field("code", "新代码与原代码相同，请核对"));
    }
    let taken = q!(
        "SELECT id FROM orgs WHERE code >= $1 AND code < $2 AND closed_on IS NULL LIMIT 1",
        code,
        Scope::below(code).to()
    );
    if reader.ask_one(taken).await?.is_some() {
        return Err(Problem::field("code", TAKEN));
    }
    let Some(above) = codes::parent_code(code) else { return Ok(None) };
    let parent = store::head(reader, above).await?;
    if parent.is_none() {
        let sentence = format!("上级机构 {above} 不存在，请先新增上级机构");
        return Err(Problem::field("code", sentence));
    }
    Ok(parent)
}

/// The organisations whose codes would change, by code; `n` at most.
///
/// # Errors
/// Whatever the database says.
pub async fn concerned(
    reader: &mut impl Reader,
    of: &Scope,
    n: usize,
) -> Result<Vec<Org>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
             FROM orgs WHERE code >= $1 AND code < $2 ORDER BY code, id LIMIT $3",
            of.from(),
            of.to(),
            i64::try_from(n).unwrap_or(i64::MAX)
        ))
        .await?;
    rows.iter().map(store::org).collect()
}

/// Gives an organisation, the other bodies of its level and all below it their new codes, closed
/// ones too, so that their history stays in sight of whoever is above.
///
/// # Errors
/// A refusal when there are too many for one act.
pub async fn renumber(
    act: &mut Act,
    of: &Renumbering,
    parent: Option<&Org>,
) -> Result<usize, Problem> {
    let orgs = concerned(act, &of.from, N_ORGS + 1).await?;
    if orgs.len() > N_ORGS {
        let sentence = format!("下级机构超过 {N_ORGS} 个，请从下一级开始分批变更代码");
        return Err(Problem::refused("too-many-orgs", sentence));
    }
    let mut told = Vec::with_capacity(orgs.len());
    for org in &orgs {
        told.push(happened(act, org.id, "recoded", (&org.code, &of.of(&org.code)))?);
    }
    let codes = q!(
        "UPDATE orgs SET code = $3 || SUBSTR(code, LENGTH($1) + 1), version = version + 1
         WHERE code >= $1 AND code < $2",
        of.from.from(),
        of.from.to(),
        of.to.from()
    );
    act.put(vec![codes]).await?;
    if let Some(parent) = parent {
        let above = q!(
            "UPDATE orgs SET parent = $2 WHERE code = $1 AND closed_on IS NULL",
            of.to.from(),
            parent.id
        );
        act.put(vec![above]).await?;
    }
    act.put(told).await?;
    Ok(orgs.len())
}

/// Gives the groups of a station the next free numbers of another one.
///
/// # Errors
/// A refusal when there are no numbers left.
pub async fn hand_groups_over(act: &mut Act, (from, to): (&Org, &Org)) -> Result<usize, Problem> {
    let groups = store::below(act, &Scope::below(&from.code), "group").await?;
    let taken = concerned(act, &Scope::below(&to.code), N_ORGS).await?;
    let number = |org: &Org| org.code.rsplit_once('-').and_then(|(_, n)| n.parse::<u32>().ok());
    let mut last = taken.iter().filter_map(number).max().unwrap_or(0);
    for group in &groups {
        last += 1;
        if last > 99 {
            let sentence = format!("“{}”的自管小组编号不够用，请先撤销部分小组", to.name);
            return Err(Problem::refused("too-many-groups", sentence));
        }
        let code = format!("{}-{last:02}", to.code);
        let told = happened(act, group.id, "recoded", (&group.code, &code))?;
        let set = q!(
            "UPDATE orgs SET code = $2, parent = $3, version = version + 1 WHERE id = $1",
            group.id,
            code,
            to.id
        );
        act.put(vec![set, told]).await?;
    }
    Ok(groups.len())
}
