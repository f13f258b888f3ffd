//! 党员组织关系：介绍信转到哪个支部、有效到哪天、收到没有；收到以后就是那个支部的成员。

use jiff::civil::Date;
use kernel::{Act, Actor, DbError, Problem, Reader, Row, Scope, q};
use serde_json::json;

use super::{Caller, SOURCE, find as group, standing, store};
use crate::duties::{self, News};
use crate::policies::Laws;
use crate::web::{Shared, check_words};
use crate::{deeds, registry};
use rules::facts::FactKind;

/// Codes and names of what became of a letter.
pub const STATES: &[(&str, &str)] =
    &[("open", "等待回执"), ("received", "已接收"), ("returned", "已退回")];

/// A letter with which a member of the party goes to a branch.
#[derive(Clone, Debug)]
pub struct Letter {
    pub id: i64,
    /// Division code of the branch's station.
    pub org: String,
    pub person: i64,
    pub person_name: String,
    pub branch: i64,
    pub branch_name: String,
    pub number: String,
    /// The organisation that has written it.
    pub issuer: String,
    pub issued_on: Date,
    /// The last day on which it is valid.
    pub valid_until: Date,
    /// See [`STATES`].
    pub state: String,
    pub answered_on: Option<Date>,
    pub note: String,
    pub version: i64,
}

/// A letter to be noted.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewLetter {
    /// Number of the retiree.
    pub person: i64,
    /// Number of the branch.
    pub branch: i64,
    pub number: String,
    pub issuer: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub issued_on: Option<Date>,
}

fn letter(row: &Row) -> Result<Letter, DbError> {
    Ok(Letter {
        id: row.get(0)?,
        org: row.get(1)?,
        person: row.get(2)?,
        person_name: row.get(3)?,
        branch: row.get(4)?,
        branch_name: row.get(5)?,
        number: row.get(6)?,
        issuer: row.get(7)?,
        issued_on: row.get(8)?,
        valid_until: row.get(9)?,
        state: row.get(10)?,
        answered_on: row.get(11)?,
        note: row.get(12)?,
        version: row.get(13)?,
    })
}

/// The letter with this number, to a branch in a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Letter, Problem> {
    let row = reader
        .ask_one(q!(
            "SELECT l.id, l.org, l.person, p.name, l.branch, g.name, l.number, l.issuer,
                    l.issued_on, l.valid_until, l.state, l.answered_on, l.note, l.version
             FROM party_letters l JOIN persons p ON p.id = l.person
                  JOIN circles g ON g.id = l.branch
             WHERE l.id = $1 AND l.org >= $2 AND l.org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| letter(&row)).transpose()?.ok_or(Problem::NotFound)
}

/// Letters to a scope in one state, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (before, n): (i64, i64),
) -> Result<Vec<Letter>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT l.id, l.org, l.person, p.name, l.branch, g.name, l.number, l.issuer,
                    l.issued_on, l.valid_until, l.state, l.answered_on, l.note, l.version
             FROM party_letters l JOIN persons p ON p.id = l.person
                  JOIN circles g ON g.id = l.branch
             WHERE l.org >= $1 AND l.org < $2 AND l.state = $3 AND l.id < $4
             ORDER BY l.id DESC LIMIT $5",
            scope.from(),
            scope.to(),
            state,
            before,
            n
        ))
        .await?;
    rows.iter().map(letter).collect()
}

/// How many letters wait, and how many of them are valid no longer.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting(
    reader: &mut impl Reader,
    scope: &Scope,
    today: Date,
) -> Result<(i64, i64), DbError> {
    let counted = q!(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN valid_until < $3 THEN 1 ELSE 0 END), 0)
         FROM party_letters WHERE org >= $1 AND org < $2 AND state = 'open'",
        scope.from(),
        scope.to(),
        today
    );
    match reader.ask_one(counted).await? {
        Some(row) => Ok((row.get(0)?, row.get(1)?)),
        None => Ok((0, 0)),
    }
}

/// Members of the party at a station who belong to no branch and for whom no letter is under way.
///
/// # Errors
/// Whatever the database says.
pub async fn unattached(
    reader: &mut impl Reader,
    org: &str,
    ((pinyin, id), n): ((&str, i64), i64),
) -> Result<Vec<(i64, String, String, Date)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT p.id, p.name, p.pinyin, p.taken_in_on FROM persons p
             WHERE p.org = $1 AND p.status = 'active' AND p.political IN ('01', '02')
               AND (p.pinyin, p.id) > ($2, $3)
               AND NOT EXISTS (SELECT 1 FROM circle_members m WHERE m.person = p.id
                               AND m.left_on IS NULL AND m.kind = 'branch')
               AND NOT EXISTS (SELECT 1 FROM party_letters l WHERE l.person = p.id
                               AND l.state = 'open')
             ORDER BY p.pinyin, p.id LIMIT $4",
            org,
            pinyin,
            id,
            n
        ))
        .await?;
    let one = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    rows.iter().map(one).collect()
}

/// Notes a letter. It is valid as long as the figure of its day says.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; a refusal on a day without law;
/// [`Problem::Stale`] when another was noted at the same moment.
pub async fn issue(
    app: &Shared,
    actor: &Actor,
    new: &NewLetter,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::GROUPS_KEEP)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), new.person).await?;
    if person.status != "active" || !registry::is_party_member(&person.political) {
        let says = "不是在管的党员，请先在人员页面核对政治面貌";
        return Err(Problem::field("person", says));
    }
    let branch = group(&mut act, actor, new.branch).await?;
    standing(&branch)?;
    if branch.kind != "branch" {
        return Err(Problem::field("branch", "请选择党支部"));
    }
    check_words("number", &new.number, (40, "请填写介绍信的字号，2 至 40 个字"))?;
    check_words("issuer", &new.issuer, (60, "请填写开出介绍信的党组织，2 至 60 个字"))?;
    let issued_on = new.issued_on.unwrap_or_else(|| act.day());
    if issued_on > act.day() || issued_on.year() < 2000 {
        return Err(Problem::field("issued_on", "开出日期不能晚于今天，请核对"));
    }
    let n_months = laws.figure(&branch.org, ("party.letter.months", issued_on))?;
    let valid_until = rules::days::add_months(issued_on, n_months);
    if is_under_way(&mut act, person.id).await? {
        let says = "这位党员已有一封介绍信在等回执，请先办理那一封";
        return Err(Problem::refused("under-way", says));
    }
    let id = act.new_id()?;
    let insert = q!(
        "INSERT INTO party_letters (id, org, person, branch, number, issuer, issued_on,
             valid_until, state, note, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', '', 1)",
        id,
        &branch.org,
        person.id,
        branch.id,
        &new.number,
        &new.issuer,
        issued_on,
        valid_until
    );
    act.put(vec![insert]).await.map_err(|cause| Problem::from(cause).or_stale())?;
    let told = json!({"id": id, "valid_until": valid_until.to_string(), "version": 1});
    let outcome = caller.outcome("/party?saved=issued", &told);
    let detail = format!("{}的组织关系介绍信转往{}", person.name, branch.name);
    let done = act.commit_noting(&format!("party-letter/{id}"), &outcome, &detail).await;
    done.map_err(Problem::or_stale)?;
    Ok(id)
}

async fn is_under_way(act: &mut Act, person: i64) -> Result<bool, DbError> {
    let open = q!("SELECT 1 FROM party_letters WHERE person = $1 AND state = 'open'", person);
    Ok(act.row(open).await?.is_some())
}

/// The receipt of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    Received,
    /// It is sent back, or has lapsed: why.
    Returned(String),
}

/// Notes the receipt of a letter. Whoever was received belongs to the branch from this day, and to
/// no other.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; a refusal for a letter that was answered or is
/// valid no longer; [`Problem::Stale`] when somebody was faster.
pub async fn answer(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    receipt: &Receipt,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::GROUPS_KEEP)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = find(&mut act, &actor.scope(), id).await?;
    if known.state != "open" {
        return Err(Problem::refused("answered", "这封介绍信已有回执"));
    }
    let (state, note) = match receipt {
        Receipt::Received => {
            if known.valid_until < act.day() {
                let says = "介绍信已过有效期，请退回重开";
                return Err(Problem::refused("lapsed", says));
            }
            ("received", String::new())
        }
        Receipt::Returned(why) => {
            check_words("note", why, (100, "请写明退回的原因，2 至 100 个字"))?;
            ("returned", why.clone())
        }
    };
    let update = q!(
        "UPDATE party_letters SET state = $3, answered_on = $4, note = $5, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'open'",
        id,
        version,
        state,
        act.day(),
        &note
    );
    if act.run(update).await? != 1 {
        return Err(Problem::Stale);
    }
    if state == "received" {
        join(&mut act, actor, (&laws, &known)).await?;
    }
    let told = json!({"id": id, "state": state, "version": version + 1});
    let outcome = caller.outcome(&format!("/party?saved={state}"), &told);
    let word = crate::codes::name_of(STATES, state);
    let detail = format!("{}的组织关系介绍信{word} {note}", known.person_name);
    act.commit_noting(&format!("party-letter/{id}"), &outcome, &detail)
        .await
        .map_err(Problem::or_stale)
}

/// Whoever the letter speaks of belongs to its branch from today, and to no other.
async fn join(
    act: &mut Act,
    actor: &Actor,
    (laws, letter): (&Laws, &Letter),
) -> Result<(), Problem> {
    let branch = group(act, actor, letter.branch).await?;
    standing(&branch)?;
    let (person, day) = (letter.person, act.day());
    let earlier = q!(
        "UPDATE circle_members SET left_on = $2, why = '组织关系转出'
         WHERE person = $1 AND kind = 'branch' AND left_on IS NULL",
        person,
        day
    );
    act.run(earlier).await?;
    let joining = store::joining(act, (branch.id, "branch"), (person, day))?;
    act.put(vec![joining]).await.map_err(|cause| Problem::from(cause).or_stale())?;
    let news = [News { kind: FactKind::PartyJoined, on: day }];
    duties::note(act, laws, person, SOURCE, &news).await?;
    Ok(())
}
