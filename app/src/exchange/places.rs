//! The station of a row: by its code, by its name, or by where the whole file belongs.

use std::collections::BTreeMap;

use kernel::{DbError, Problem, Reader, Scope};

use crate::orgs::{self, Org};

/// A station at which rows may be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    pub id: i64,
    pub code: String,
    pub name: String,
}

/// Where a row belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// The row says nothing, and nothing else does.
    Unsaid,
    /// In words that were not yet looked up.
    Said(String),
    /// The row, its sheet or its title says so.
    At(Station),
    /// Where everything without a station of its own goes.
    Usual(Station),
    /// A code and a sentence: what is said cannot be.
    Wrong(&'static str, String),
}

/// The stations of a scope, by what they are called.
#[derive(Clone, Debug, Default)]
pub struct Places {
    by_code: BTreeMap<String, Station>,
    by_name: BTreeMap<String, Vec<Station>>,
    streets: BTreeMap<String, String>,
}

/// Endings that are written or left out at will.
const ENDINGS: &[&str] = &[
    "社区居民委员会",
    "居民委员会",
    "社区居委会",
    "村民委员会",
    "居委会",
    "村委会",
    "社区服务站",
    "社区站",
    "社区",
    "村",
];

fn stem(name: &str) -> &str {
    ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|stem| stem.chars().count() >= 2)
        .unwrap_or(name)
}

impl Places {
    /// The open stations of a scope.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn load(reader: &mut impl Reader, scope: &Scope) -> Result<Self, DbError> {
        let mut places = Self::default();
        for street in orgs::store::below(reader, scope, "center").await? {
            places.streets.insert(street.code, street.name);
        }
        for org in orgs::store::below(reader, scope, "station").await? {
            places.add(org);
        }
        Ok(places)
    }

    fn add(&mut self, org: Org) {
        let station = Station { id: org.id, code: org.code, name: org.name };
        self.by_code.insert(station.code.clone(), station.clone());
        let (name, stem) = (station.name.clone(), stem(&station.name).to_owned());
        if stem != name {
            self.by_name.entry(stem).or_default().push(station.clone());
        }
        self.by_name.entry(name).or_default().push(station);
    }

    /// The station with this code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&Station> {
        self.by_code.get(code)
    }

    /// The only station there is.
    #[must_use]
    pub fn only(&self) -> Option<&Station> {
        let mut all = self.by_code.values();
        all.next().filter(|_| all.next().is_none())
    }

    /// All stations, by code.
    pub fn all(&self) -> impl Iterator<Item = &Station> {
        self.by_code.values()
    }

    /// The station that a text names. One outside the scope is as unknown as one that is not.
    #[must_use]
    pub fn stand(&self, text: &str) -> Stand {
        let plain: String =
            sheets::clean::half_width(text).chars().filter(|c| !c.is_whitespace()).collect();
        if plain.is_empty() {
            return Stand::Unsaid;
        }
        match self.found(&plain)[..] {
            [] => {
                let says = "没有这个社区，或不在本辖区内；请按机构名称或 12 位代码填写";
                Stand::Wrong("station-unknown", says.to_owned())
            }
            [one] => Stand::At(one.clone()),
            [..] => {
                let says = "有几个社区都叫这个名称，请写明街道，或改填 12 位代码";
                Stand::Wrong("station-ambiguous", says.to_owned())
            }
        }
    }

    fn found(&self, text: &str) -> Vec<&Station> {
        if let Some(station) = self.by_code.get(text) {
            return vec![station];
        }
        for name in [text, stem(text)] {
            if let Some(stations) = self.by_name.get(name) {
                return stations.iter().collect();
            }
        }
        // 「青山街道松涛社区」.
        for word in ["街道办事处", "街道", "镇", "乡"] {
            if let Some((street, name)) = text.split_once(word) {
                let named = self.by_name.get(name).or_else(|| self.by_name.get(stem(name)));
                let of = |station: &&Station| {
                    let code: String = station.code.chars().take(9).collect();
                    self.streets.get(&code).is_some_and(|known| known.contains(street))
                };
                return named.map(|all| all.iter().filter(of).collect()).unwrap_or_default();
            }
        }
        Vec::new()
    }

    /// The station with this code, or a field problem.
    ///
    /// # Errors
    /// When there is none in the scope.
    pub fn chosen(&self, code: &str) -> Result<Option<&Station>, Problem> {
        if code.is_empty() {
            return Ok(None);
        }
        let found = self.by_code.get(code);
        found
            .map(Some)
            .ok_or_else(|| Problem::field("station", "没有这个社区，请从列出的社区中选择"))
    }
}
