//! What a program sends about a retiree.

use jiff::civil::Date;
use kernel::{FieldError, Problem};
use rules::facts::Mark;

use crate::registry::NewPerson;

/// A retiree to be entered or changed. What is left out stays as it is; an empty text is
/// something not known. Days are ISO days.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PersonIn {
    pub name: Option<String>,
    /// Judged by the number unless `passport` or `other`.
    pub id_kind: Option<String>,
    pub id_number: Option<String>,
    pub born_on: Option<String>,
    pub archive_born_on: Option<String>,
    pub sex: Option<String>,
    pub ethnic: Option<String>,
    pub political: Option<String>,
    pub education: Option<String>,
    pub marital: Option<String>,
    pub phone: Option<String>,
    pub phone2: Option<String>,
    pub hukou_address: Option<String>,
    pub address: Option<String>,
    /// `here`, `in_province`, `other_province` or `abroad`.
    pub away: Option<String>,
    pub away_place: Option<String>,
    /// Only for a change: since when; today unless given.
    pub away_since: Option<String>,
    /// Number in the directory of enterprises.
    pub enterprise: Option<i64>,
    pub enterprise_name: Option<String>,
    pub retirement_kind: Option<String>,
    pub retired_on: Option<String>,
    pub pension_fen: Option<i64>,
    pub pension_from: Option<String>,
    pub insurance_no: Option<String>,
    pub management: Option<String>,
    /// Only for an entry: division code of the station, day of taking in, marks.
    pub station: Option<String>,
    pub taken_in_on: Option<String>,
    pub marks: Vec<String>,
    /// Only for an entry: numbers of people who are alike and are somebody else.
    pub not_same: Vec<i64>,
}

/// A day that was sent; nothing when it is empty or absent.
///
/// # Errors
/// A field problem when it is no day.
pub fn parse_day(field: &str, sent: Option<&str>) -> Result<Option<Date>, Problem> {
    match sent.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => {
            text.parse().map(Some).map_err(|_| Problem::field(field, "日期应为“2026-11-23”的样式"))
        }
    }
}

impl PersonIn {
    /// What was sent, over what is known.
    ///
    /// # Errors
    /// Field problems of days and marks; the rest is judged by the registry.
    pub fn over(&self, known: NewPerson) -> Result<NewPerson, Problem> {
        let (sex, born_on) = (known.sex.clone(), known.born_on);
        let mut new = known;
        // Another number brings its own birth and sex.
        if self.id_number.as_deref().is_some_and(|number| number.trim() != new.id_number) {
            new.sex.clear();
            new.born_on = None;
        }
        self.texts(&mut new);
        let mut errors = Vec::new();
        let days = [
            ("born_on", &self.born_on, &mut new.born_on),
            ("archive_born_on", &self.archive_born_on, &mut new.archive_born_on),
            ("retired_on", &self.retired_on, &mut new.retired_on),
            ("pension_from", &self.pension_from, &mut new.pension_from),
        ];
        for (field, sent, day) in days {
            match parse_day(field, sent.as_deref()) {
                Ok(parsed) if sent.is_some() => *day = parsed,
                Ok(_) => {}
                Err(problem) => errors.extend_from_slice(problem.fields()),
            }
        }
        for code in &self.marks {
            match Mark::from_code(code) {
                Some(mark) => new.marks.push(mark),
                None => errors.push(FieldError {
                    field: "marks".to_owned(),
                    message: format!("没有“{code}”这种标记"),
                }),
            }
        }
        new.pension_fen = self.pension_fen.or(new.pension_fen);
        new.enterprise = self.enterprise.or(new.enterprise);
        // Numbers without a birth in them leave what was known.
        if matches!(new.id_kind.as_str(), "passport" | "other") {
            new.born_on = new.born_on.or(born_on);
            if new.sex.is_empty() {
                new.sex = sex;
            }
        }
        if errors.is_empty() { Ok(new) } else { Err(Problem::Invalid(errors)) }
    }

    fn texts(&self, new: &mut NewPerson) {
        let texts = [
            (&self.name, &mut new.name),
            (&self.id_kind, &mut new.id_kind),
            (&self.id_number, &mut new.id_number),
            (&self.sex, &mut new.sex),
            (&self.ethnic, &mut new.ethnic),
            (&self.political, &mut new.political),
            (&self.education, &mut new.education),
            (&self.marital, &mut new.marital),
            (&self.phone, &mut new.phone),
            (&self.phone2, &mut new.phone2),
            (&self.hukou_address, &mut new.hukou_address),
            (&self.address, &mut new.address),
            (&self.away, &mut new.away),
            (&self.away_place, &mut new.away_place),
            (&self.enterprise_name, &mut new.enterprise_name),
            (&self.retirement_kind, &mut new.retirement_kind),
            (&self.insurance_no, &mut new.insurance_no),
            (&self.management, &mut new.management),
        ];
        for (sent, text) in texts {
            if let Some(sent) = sent {
                sent.trim().clone_into(text);
            }
        }
    }
}
