//! The rows of groups and of their members.

use jiff::civil::Date;
use kernel::{Act, DbError, Query, Reader, Row, Scope, q};

use super::{Deal, NewGroup};

/// A group of retirees.
#[derive(Clone, Debug)]
pub struct Group {
    pub id: i64,
    /// Division code of its station.
    pub org: String,
    /// Code of the organisation that it is, of a mutual-help group.
    pub code: String,
    /// See [`super::KINDS`].
    pub kind: String,
    pub name: String,
    pub leader: Option<i64>,
    pub leader_name: String,
    pub place: String,
    pub founded_on: Date,
    pub ended_on: Option<Date>,
    pub note: String,
    pub n_members: i64,
    pub version: i64,
}

/// Somebody who belongs to a group.
#[derive(Clone, Debug)]
pub struct Member {
    pub person: i64,
    pub name: String,
    pub org: String,
    pub joined_on: Date,
    /// When somebody last saw or heard them.
    pub last_contact_on: Option<Date>,
}

/// The group with this number, of a scope's station or the scope's own.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Group>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT g.id, g.org, g.code, g.kind, g.name, g.leader,
                    (SELECT p.name FROM persons p WHERE p.id = g.leader), g.place, g.founded_on,
                    g.ended_on, g.note,
                    (SELECT COUNT(*) FROM circle_members m
                     WHERE m.circle = g.id AND m.left_on IS NULL),
                    g.version
             FROM circles g
             WHERE g.id = $1 AND ((g.org >= $2 AND g.org < $3)
                                  OR (g.code >= $2 AND g.code < $3))",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| group(&row)).transpose()
}

/// Groups of a station that exist still, or (`ended`) that do not any more.
pub async fn of_station(
    reader: &mut impl Reader,
    org: &str,
    ended: &str,
) -> Result<Vec<Group>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT g.id, g.org, g.code, g.kind, g.name, g.leader,
                    (SELECT p.name FROM persons p WHERE p.id = g.leader), g.place, g.founded_on,
                    g.ended_on, g.note,
                    (SELECT COUNT(*) FROM circle_members m
                     WHERE m.circle = g.id AND m.left_on IS NULL),
                    g.version
             FROM circles g
             WHERE g.org = $1 AND (($2 = '' AND g.ended_on IS NULL)
                                   OR ($2 <> '' AND g.ended_on IS NOT NULL))
             ORDER BY g.kind, g.id LIMIT 200",
            org,
            ended
        ))
        .await?;
    rows.iter().map(group).collect()
}

/// The groups of a leader, who sits at the organisation with this code.
pub async fn of_code(reader: &mut impl Reader, code: &str) -> Result<Vec<i64>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id FROM circles WHERE code = $1 AND ended_on IS NULL ORDER BY id LIMIT 20",
            code
        ))
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

fn group(row: &Row) -> Result<Group, DbError> {
    Ok(Group {
        id: row.get(0)?,
        org: row.get(1)?,
        code: row.get(2)?,
        kind: row.get(3)?,
        name: row.get(4)?,
        leader: row.get(5)?,
        leader_name: row.get::<Option<String>>(6)?.unwrap_or_default(),
        place: row.get(7)?,
        founded_on: row.get(8)?,
        ended_on: row.get(9)?,
        note: row.get(10)?,
        n_members: row.get(11)?,
        version: row.get(12)?,
    })
}

/// The last code that a group of a station was given.
pub async fn last_code(reader: &mut impl Reader, station: &str) -> Result<Option<String>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT MAX(code) FROM orgs WHERE code >= $1 AND code < $2",
            format!("{station}-"),
            format!("{station}-~")
        ))
        .await?;
    row.map_or(Ok(None), |row| row.get(0))
}

/// Groups among the organisations of a station of which nothing is noted here: code and name.
pub async fn unlinked(
    reader: &mut impl Reader,
    station: &str,
) -> Result<Vec<(String, String)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT o.code, o.name FROM orgs o
             WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'group' AND o.closed_on IS NULL
               AND NOT EXISTS (SELECT 1 FROM circles g
                               WHERE g.code = o.code AND g.ended_on IS NULL)
             ORDER BY o.code LIMIT 100",
            format!("{station}-"),
            format!("{station}-~")
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// A group that is founded.
#[must_use]
pub fn insertion(group: (i64, &str, &str), new: &NewGroup, founded_on: Date) -> Query {
    let (id, org, code) = group;
    q!(
        "INSERT INTO circles (id, org, code, kind, name, leader, place, founded_on, note, version)
         VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, $8, 1)",
        id,
        org,
        code,
        &new.kind,
        &new.name,
        &new.place,
        founded_on,
        &new.note
    )
}

/// Members of a group as they are now, after a number.
pub async fn members(
    reader: &mut impl Reader,
    circle: i64,
    (after, n): (i64, i64),
) -> Result<Vec<(i64, Member)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT m.id, m.person, p.name, p.org, m.joined_on, p.last_contact_on
             FROM circle_members m JOIN persons p ON p.id = m.person
             WHERE m.circle = $1 AND m.left_on IS NULL AND m.id > $2 ORDER BY m.id LIMIT $3",
            circle,
            after,
            n
        ))
        .await?;
    let member = |row: &Row| {
        Ok((
            row.get(0)?,
            Member {
                person: row.get(1)?,
                name: row.get(2)?,
                org: row.get(3)?,
                joined_on: row.get(4)?,
                last_contact_on: row.get(5)?,
            },
        ))
    };
    rows.iter().map(member).collect()
}

/// The name of a member.
pub async fn member_name(
    reader: &mut impl Reader,
    circle: i64,
    person: i64,
) -> Result<Option<String>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT p.name FROM circle_members m JOIN persons p ON p.id = m.person
             WHERE m.circle = $1 AND m.person = $2 AND m.left_on IS NULL",
            circle,
            person
        ))
        .await?;
    row.map(|row| row.get(0)).transpose()
}

/// Retirees of a station who are in no group of a kind, by name, after a place: of a branch only
/// members of the party.
pub async fn outside(
    reader: &mut impl Reader,
    (org, group): (&str, &Group),
    ((pinyin, id), n): ((&str, i64), i64),
) -> Result<Vec<(i64, String, String)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT p.id, p.name, p.pinyin FROM persons p
             WHERE p.org = $1 AND p.status = 'active' AND (p.pinyin, p.id) > ($2, $3)
               AND ($4 <> 'branch' OR p.political IN ('01', '02'))
               AND NOT EXISTS (SELECT 1 FROM circle_members m
                               WHERE m.person = p.id AND m.left_on IS NULL AND m.kind = $4
                                 AND ($4 <> 'interest' OR m.circle = $5))
             ORDER BY p.pinyin, p.id LIMIT $6",
            org,
            pinyin,
            id,
            &group.kind,
            group.id,
            n
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Somebody joins a group.
pub fn joining(
    act: &Act,
    (circle, kind): (i64, &str),
    (person, on): (i64, Date),
) -> Result<Query, DbError> {
    Ok(q!(
        "INSERT INTO circle_members (id, circle, kind, person, joined_on, why)
         VALUES ($1, $2, $3, $4, $5, '')",
        act.new_id()?,
        circle,
        kind,
        person,
        on
    ))
}

/// Somebody leaves a group; whether they were in it.
pub async fn leave(
    act: &mut Act,
    circle: i64,
    (person, why): (i64, &str),
) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE circle_members SET left_on = $3, why = $4
         WHERE circle = $1 AND person = $2 AND left_on IS NULL",
        circle,
        person,
        act.day(),
        why
    );
    let left = act.run(update).await? == 1;
    let headless = q!(
        "UPDATE circles SET leader = NULL, version = version + 1 WHERE id = $1 AND leader = $2",
        circle,
        person
    );
    act.run(headless).await?;
    Ok(left)
}

/// Everybody leaves a group.
#[must_use]
pub fn everybody_leaves(act: &Act, circle: i64, why: &str) -> Query {
    q!(
        "UPDATE circle_members SET left_on = $2, why = $3 WHERE circle = $1 AND left_on IS NULL",
        circle,
        act.day(),
        why
    )
}

/// Changes a group; whether nobody was faster.
pub async fn change(
    act: &mut Act,
    (id, version): (i64, i64),
    deal: &Deal,
) -> Result<bool, DbError> {
    let (leader, ended_on) = match deal {
        Deal::Lead { person } => (Some(*person), None),
        Deal::Guide { .. } => (None, None),
        Deal::End { .. } => (None, Some(act.day())),
    };
    let update = q!(
        "UPDATE circles SET leader = CASE WHEN $4 = '' THEN COALESCE($3, leader) ELSE NULL END,
                ended_on = CASE WHEN $4 = '' THEN NULL ELSE $4 END, version = version + 1
         WHERE id = $1 AND version = $2 AND ended_on IS NULL",
        id,
        version,
        leader,
        ended_on.map_or_else(String::new, |on| on.to_string())
    );
    Ok(act.run(update).await? == 1)
}

/// What a group was guided in.
pub fn guidance(act: &Act, circle: i64, (on, what): (Date, &str)) -> Result<Query, DbError> {
    Ok(q!(
        "INSERT INTO circle_guidances (id, circle, on_day, who, what) VALUES ($1, $2, $3, $4, $5)",
        act.new_id()?,
        circle,
        on,
        act.permit().who(),
        what
    ))
}

/// What a group was guided in, the newest first: day, by whom, what.
pub async fn guidances(
    reader: &mut impl Reader,
    circle: i64,
) -> Result<Vec<(Date, String, String)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT on_day, who, what FROM circle_guidances
             WHERE circle = $1 ORDER BY on_day DESC, id DESC LIMIT 100",
            circle
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}
