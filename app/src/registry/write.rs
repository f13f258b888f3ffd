//! Writing retirees: one row a person, sealed, with a history of every change.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::civil::Date;
use kernel::vault::Vault;
use kernel::{Act, DbError, Problem, Query, q};
use rules::facts::Mark;

use super::history::{differences, keep_history};
use super::{Checked, Difference, Person};

/// Where and since when a retiree is served.
#[derive(Clone, Debug)]
pub struct Place {
    /// Division code of the station.
    pub org: String,
    pub station: i64,
    pub taken_in_on: Date,
}

/// The figures of a telephone number, by which it is found again.
#[must_use]
pub fn phone_key(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("86") {
        Some(mobile) if mobile.len() == 11 => mobile.to_owned(),
        _ => digits,
    }
}

/// The blind index of an identity number of 18 digits or any other document.
#[must_use]
pub fn identity_index(keys: &Vault, number: &str) -> Vec<u8> {
    keys.index("identity", number)
}

/// The blind index of the last four characters of a number.
#[must_use]
pub fn last4_index(keys: &Vault, number: &str) -> Vec<u8> {
    let n = number.chars().count();
    let last: String = number.chars().skip(n.saturating_sub(4)).collect();
    keys.index("last4", &last)
}

struct Sealer<'a> {
    keys: &'a Vault,
}

impl Sealer<'_> {
    fn seal(&self, column: &str, text: &str) -> Result<Option<Vec<u8>>, DbError> {
        (!text.is_empty()).then(|| self.keys.seal(column, text)).transpose()
    }

    /// Columns of a roster that have no place of their own may hold anything: sealed, in base 64.
    fn extra(&self, extra: &str) -> Result<String, DbError> {
        if extra == "{}" {
            return Ok(extra.to_owned());
        }
        Ok(STANDARD_NO_PAD.encode(self.keys.seal("persons.extra", extra)?))
    }

    fn index(&self, kind: &str, text: &str) -> Option<Vec<u8>> {
        (!text.is_empty()).then(|| self.keys.index(kind, text))
    }
}

/// The statement that stores a new retiree. Reads nothing, so that a roster can be loaded fast;
/// the caller also puts [`tally`] and, for each mark, [`mark_insertion`].
///
/// # Errors
/// When the system has no randomness to give.
pub fn insertion(
    keys: &Vault,
    id: i64,
    checked: &Checked,
    place: &Place,
) -> Result<Query, DbError> {
    let (new, sealer) = (&checked.new, Sealer { keys });
    let number = (!new.id_number.is_empty()).then_some(new.id_number.as_str());
    Ok(q!(
        "INSERT INTO persons (id, version, org, station, status, name, pinyin, initials, id_kind,
             id_number, id_index, id_last4, id_former, born_on, archive_born_on, sex, ethnic,
             political, education, marital, phone, phone_index, phone2, phone2_index,
             hukou_address, address, away, away_place, enterprise, enterprise_name,
             retirement_kind, retired_on, pension_fen, pension_from, insurance_no,
             insurance_index, management, taken_in_on, extra)
         VALUES ($1, 1, $2, $3, 'active', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
             $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31,
             $32, $33, $34, $35, $36, $37)",
        id,
        &place.org,
        place.station,
        &new.name,
        &checked.spelling.pinyin,
        &checked.spelling.initials,
        &new.id_kind,
        sealer.seal("persons.id_number", &new.id_number)?,
        number.map(|number| identity_index(keys, number)),
        number.map(|number| last4_index(keys, number)),
        sealer.seal("persons.id_former", &checked.id_former)?,
        new.born_on,
        new.archive_born_on,
        &new.sex,
        &new.ethnic,
        &new.political,
        &new.education,
        &new.marital,
        sealer.seal("persons.phone", &new.phone)?,
        sealer.index("phone", &phone_key(&new.phone)),
        sealer.seal("persons.phone2", &new.phone2)?,
        sealer.index("phone", &phone_key(&new.phone2)),
        sealer.seal("persons.hukou_address", &new.hukou_address)?,
        sealer.seal("persons.address", &new.address)?,
        &new.away,
        &new.away_place,
        new.enterprise,
        &new.enterprise_name,
        &new.retirement_kind,
        new.retired_on,
        new.pension_fen,
        new.pension_from,
        sealer.seal("persons.insurance_no", &new.insurance_no)?,
        sealer.index("insurance", &new.insurance_no),
        &new.management,
        place.taken_in_on,
        sealer.extra(&new.extra)?
    ))
}

/// The statement that counts `n` retirees more (or fewer) at a station.
#[must_use]
pub fn tally(org: &str, n: i64) -> Query {
    q!(
        "INSERT INTO tallies (org, n) VALUES ($1, $2)
         ON CONFLICT (org) DO UPDATE SET n = tallies.n + excluded.n",
        org,
        n
    )
}

/// A mark to be set.
#[derive(Clone, Debug)]
pub struct NewMark {
    pub person: i64,
    pub org: String,
    pub mark: Mark,
    pub since: Date,
    pub evidence: String,
}

/// The statement that sets a mark.
#[must_use]
pub fn mark_insertion(id: i64, act: i64, new: &NewMark) -> Query {
    q!(
        "INSERT INTO marks (id, person, org, mark, since, evidence, act)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id,
        new.person,
        &new.org,
        new.mark.code(),
        new.since,
        &new.evidence,
        act
    )
}

/// Stores a new retiree with its marks; the facts are the caller's.
///
/// # Errors
/// A field problem when somebody with the same number is there already.
pub async fn insert(act: &mut Act, checked: &Checked, place: &Place) -> Result<i64, Problem> {
    if !checked.new.id_number.is_empty() {
        refuse_taken(act, &checked.new.id_number, 0).await?;
    }
    let id = act.new_id()?;
    let mut queries = vec![insertion(act.vault(), id, checked, place)?, tally(&place.org, 1)];
    for mark in &checked.new.marks {
        let new = NewMark {
            person: id,
            org: place.org.clone(),
            mark: *mark,
            since: place.taken_in_on,
            evidence: String::new(),
        };
        queries.push(mark_insertion(act.new_id()?, act.id(), &new));
    }
    act.put(queries).await?;
    Ok(id)
}

/// The sentence for a number that is registered already, here or anywhere else.
pub const TAKEN: &str = "该证件号码已登记，不能重复登记；查不到此人的，请联系上级退管机构核对";

async fn refuse_taken(act: &mut Act, number: &str, but: i64) -> Result<(), Problem> {
    let index = identity_index(act.vault(), number);
    let other =
        act.row(q!("SELECT id FROM persons WHERE id_index = $1 AND id <> $2", index, but)).await?;
    match other {
        Some(_) => Err(Problem::field("id_number", TAKEN)),
        None => Ok(()),
    }
}

/// Changes a retiree from what was read (`before`) to what was checked, keeping a row of history
/// a field. Answers what changed; nothing is written when nothing did.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the person since; a field problem for a taken number.
pub async fn update(
    act: &mut Act,
    before: &Person,
    checked: &Checked,
    source: &str,
) -> Result<Vec<Difference>, Problem> {
    let differences = differences(&before.fields(), &checked.new);
    if differences.is_empty() {
        return Ok(differences);
    }
    if checked.new.id_number != before.id_number && !checked.new.id_number.is_empty() {
        refuse_taken(act, &checked.new.id_number, before.id).await?;
    }
    if act.run(changing(act.vault(), before, checked)?).await? == 0 {
        return Err(Problem::Stale);
    }
    keep_history(act, before.id, source, &differences).await?;
    Ok(differences)
}

fn changing(keys: &Vault, before: &Person, checked: &Checked) -> Result<Query, DbError> {
    let (new, sealer) = (&checked.new, Sealer { keys });
    let number = (!new.id_number.is_empty()).then_some(new.id_number.as_str());
    let former = if checked.id_former.is_empty() && new.id_number == before.id_number {
        &before.id_former
    } else {
        &checked.id_former
    };
    Ok(q!(
        "UPDATE persons SET version = version + 1, name = $3, pinyin = $4, initials = $5,
             id_kind = $6, id_number = $7, id_index = $8, id_last4 = $9, id_former = $10,
             born_on = $11, archive_born_on = $12, sex = $13, ethnic = $14, political = $15,
             education = $16, marital = $17, phone = $18, phone_index = $19, phone2 = $20,
             phone2_index = $21, hukou_address = $22, address = $23, away = $24,
             away_place = $25, enterprise = $26, enterprise_name = $27, retirement_kind = $28,
             retired_on = $29, pension_fen = $30, pension_from = $31, insurance_no = $32,
             insurance_index = $33, management = $34, extra = $35
         WHERE id = $1 AND version = $2",
        before.id,
        before.version,
        &new.name,
        &checked.spelling.pinyin,
        &checked.spelling.initials,
        &new.id_kind,
        sealer.seal("persons.id_number", &new.id_number)?,
        number.map(|number| identity_index(keys, number)),
        number.map(|number| last4_index(keys, number)),
        sealer.seal("persons.id_former", former)?,
        new.born_on,
        new.archive_born_on,
        &new.sex,
        &new.ethnic,
        &new.political,
        &new.education,
        &new.marital,
        sealer.seal("persons.phone", &new.phone)?,
        sealer.index("phone", &phone_key(&new.phone)),
        sealer.seal("persons.phone2", &new.phone2)?,
        sealer.index("phone", &phone_key(&new.phone2)),
        sealer.seal("persons.hukou_address", &new.hukou_address)?,
        sealer.seal("persons.address", &new.address)?,
        &new.away,
        &new.away_place,
        new.enterprise,
        &new.enterprise_name,
        &new.retirement_kind,
        new.retired_on,
        new.pension_fen,
        new.pension_from,
        sealer.seal("persons.insurance_no", &new.insurance_no)?,
        sealer.index("insurance", &new.insurance_no),
        &new.management,
        sealer.extra(&new.extra)?
    ))
}
