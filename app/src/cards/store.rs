//! The rows of cards and of what is printed on them.

use jiff::civil::Date;
use kernel::{Act, DbError, Query, Reader, Row, Scope, q};

/// How a station is reached, as its cards say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub phone: String,
    pub address: String,
    pub hours: String,
    pub coordinator: String,
    pub street_phone: String,
    pub changed_on: String,
    /// 0 when nothing has been entered yet.
    pub version: i64,
}

/// A card.
#[derive(Clone, Debug)]
pub struct Card {
    pub id: i64,
    pub number: String,
    pub person: i64,
    pub person_name: String,
    /// Division code of the station that the card names.
    pub org: String,
    /// Division code of the station that serves the retiree now.
    pub person_org: String,
    /// Whether the retiree is served still: `active`, `dead` or `left`.
    pub person_status: String,
    /// `printed`, `issued`, `lost` or `replaced`.
    pub state: String,
    pub printed_on: Date,
    pub issued_on: Option<Date>,
    pub ended_on: Option<Date>,
    /// Of what is known of the station when it was printed.
    pub contact_version: i64,
    pub note: String,
    pub version: i64,
}

/// A retiree of a station with the card that is valid, if there is one.
#[derive(Clone, Debug)]
pub struct Held {
    pub person: i64,
    pub name: String,
    pub pinyin: String,
    pub card: Option<Card>,
}

/// Which retirees of a station are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    All,
    /// No card that is valid.
    Without,
    Printed,
    Issued,
    /// The card names another station, or what it says of the station has changed.
    Outdated,
}

impl Which {
    pub const ALL: &'static [Self] =
        &[Self::All, Self::Without, Self::Outdated, Self::Printed, Self::Issued];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Without => "without",
            Self::Printed => "printed",
            Self::Issued => "issued",
            Self::Outdated => "outdated",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "全部",
            Self::Without => "没有联系卡",
            Self::Printed => "已印未发",
            Self::Issued => "已发",
            Self::Outdated => "要换新卡",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|which| which.code() == code)
    }
}

/// What is known of a station.
pub async fn contact(reader: &mut impl Reader, org: &str) -> Result<Contact, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT phone, address, hours, coordinator, street_phone, changed_on, version
             FROM station_contacts WHERE org = $1",
            org
        ))
        .await?;
    let Some(row) = row else { return Ok(Contact::default()) };
    Ok(Contact {
        phone: row.get(0)?,
        address: row.get(1)?,
        hours: row.get(2)?,
        coordinator: row.get(3)?,
        street_phone: row.get(4)?,
        changed_on: row.get(5)?,
        version: row.get(6)?,
    })
}

/// Keeps what is known of a station; whether nobody was faster.
pub async fn keep_contact(act: &mut Act, org: &str, new: &Contact) -> Result<bool, DbError> {
    if new.version == 0 {
        let insert = q!(
            "INSERT INTO station_contacts (org, phone, address, hours, coordinator, street_phone,
                 changed_on, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (org) DO NOTHING",
            org,
            &new.phone,
            &new.address,
            &new.hours,
            &new.coordinator,
            &new.street_phone,
            act.day()
        );
        return Ok(act.run(insert).await? == 1);
    }
    let update = q!(
        "UPDATE station_contacts SET phone = $3, address = $4, hours = $5, coordinator = $6,
                street_phone = $7, changed_on = $8, version = version + 1
         WHERE org = $1 AND version = $2",
        org,
        new.version,
        &new.phone,
        &new.address,
        &new.hours,
        &new.coordinator,
        &new.street_phone,
        act.day()
    );
    Ok(act.run(update).await? == 1)
}

/// Retirees of a station with their cards, in the order of their names, after a place.
pub async fn page(
    reader: &mut impl Reader,
    (org, which, version): (&str, Which, i64),
    ((pinyin, id), n): ((&str, i64), i64),
) -> Result<Vec<Held>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT p.id, p.name, p.pinyin, c.id, c.number, c.person, p.name, c.org, p.org,
                    p.status, c.state, c.printed_on, c.issued_on, c.ended_on, c.contact_version,
                    c.note, c.version
             FROM persons p LEFT JOIN cards c
                  ON c.person = p.id AND c.state IN ('printed', 'issued')
             WHERE p.org = $1 AND p.status = 'active' AND (p.pinyin, p.id) > ($2, $3)
               AND ($4 = '' OR ($4 = 'without' AND c.id IS NULL) OR c.state = $4
                    OR ($4 = 'outdated' AND c.id IS NOT NULL
                        AND (c.org <> p.org OR c.contact_version <> $5)))
             ORDER BY p.pinyin, p.id LIMIT $6",
            org,
            pinyin,
            id,
            which.code(),
            version,
            n
        ))
        .await?;
    rows.iter().map(held).collect()
}

/// These retirees of a station, or the first `n`, who have no card or an outdated one.
pub async fn wanting(
    reader: &mut impl Reader,
    (org, version): (&str, i64),
    (people, n): (&[i64], usize),
) -> Result<Vec<Held>, DbError> {
    let mut wanting = Vec::new();
    for which in [Which::Without, Which::Outdated] {
        let mut after = (String::new(), 0);
        // A station has some thousands of retirees; nobody chooses further.
        while wanting.len() < n {
            let at = ((after.0.as_str(), after.1), 500);
            let found = page(reader, (org, which, version), at).await?;
            let Some(last) = found.last() else { break };
            after = (last.pinyin.clone(), last.person);
            let chosen = |held: &Held| people.is_empty() || people.contains(&held.person);
            wanting.extend(found.into_iter().filter(chosen));
        }
    }
    wanting.truncate(n);
    Ok(wanting)
}

/// Cards of a station that were printed and not handed over yet, by number of the card.
pub async fn printed(
    reader: &mut impl Reader,
    org: &str,
    (after, n): (i64, i64),
) -> Result<Vec<Card>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT c.id, c.number, c.person, p.name, c.org, p.org, p.status, c.state,
                    c.printed_on, c.issued_on, c.ended_on, c.contact_version, c.note, c.version
             FROM cards c JOIN persons p ON p.id = c.person
             WHERE c.org = $1 AND c.id > $2 AND c.state = 'printed' AND p.status = 'active'
             ORDER BY c.id LIMIT $3",
            org,
            after,
            n
        ))
        .await?;
    rows.iter().map(|row| card(row, 0)).collect()
}

/// The card with this number of ours, of a retiree in the scope.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Card>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT c.id, c.number, c.person, p.name, c.org, p.org, p.status, c.state,
                    c.printed_on, c.issued_on, c.ended_on, c.contact_version, c.note, c.version
             FROM cards c JOIN persons p ON p.id = c.person
             WHERE c.id = $1 AND p.org >= $2 AND p.org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| card(&row, 0)).transpose()
}

/// The card with the number that is printed on it, of a retiree in the scope.
pub async fn by_number(
    reader: &mut impl Reader,
    scope: &Scope,
    number: &str,
) -> Result<Option<Card>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT c.id, c.number, c.person, p.name, c.org, p.org, p.status, c.state,
                    c.printed_on, c.issued_on, c.ended_on, c.contact_version, c.note, c.version
             FROM cards c JOIN persons p ON p.id = c.person
             WHERE c.number = $1 AND p.org >= $2 AND p.org < $3",
            number,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| card(&row, 0)).transpose()
}

/// A card that is printed.
pub fn insertion(act: &Act, card: (i64, &str), (person, org, version): (i64, &str, i64)) -> Query {
    let (id, number) = card;
    q!(
        "INSERT INTO cards (id, number, person, org, state, printed_on, contact_version, note,
             version)
         VALUES ($1, $2, $3, $4, 'printed', $5, $6, '', 1)",
        id,
        number,
        person,
        org,
        act.day(),
        version
    )
}

/// A card is handed over; whether nobody was faster.
pub async fn issue(act: &mut Act, card: &Card, on: Date) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE cards SET state = 'issued', issued_on = $3, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'printed'",
        card.id,
        card.version,
        on
    );
    Ok(act.run(update).await? == 1)
}

/// A card is no longer valid; whether nobody was faster.
pub async fn end(act: &mut Act, card: &Card, (state, note): (&str, &str)) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE cards SET state = $3, ended_on = $4, note = $5, version = version + 1
         WHERE id = $1 AND version = $2 AND state IN ('printed', 'issued')",
        card.id,
        card.version,
        state,
        act.day(),
        note
    );
    Ok(act.run(update).await? == 1)
}

fn held(row: &Row) -> Result<Held, DbError> {
    let id: Option<i64> = row.get(3)?;
    Ok(Held {
        person: row.get(0)?,
        name: row.get(1)?,
        pinyin: row.get(2)?,
        card: id.map(|_| card(row, 3)).transpose()?,
    })
}

/// Reads a card whose columns begin at a place.
fn card(row: &Row, at: usize) -> Result<Card, DbError> {
    Ok(Card {
        id: row.get(at)?,
        number: row.get(at + 1)?,
        person: row.get(at + 2)?,
        person_name: row.get(at + 3)?,
        org: row.get(at + 4)?,
        person_org: row.get(at + 5)?,
        person_status: row.get(at + 6)?,
        state: row.get(at + 7)?,
        printed_on: row.get(at + 8)?,
        issued_on: row.get(at + 9)?,
        ended_on: row.get(at + 10)?,
        contact_version: row.get(at + 11)?,
        note: row.get(at + 12)?,
        version: row.get(at + 13)?,
    })
}
