//! 推演：一组数字生效之前，先看每一项应办事项会新增、改期还是取消。

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Db, Problem, Scope};
use rules::duties::{Duty, Rule};
use rules::law::LocalFigure;

use super::derive::{self, One};
use super::{Key, key};
use crate::policies::{self, Laws};
use crate::web::Shared;

/// How many people are looked at in one trip.
const LOOKED_AT: i64 = 1_000;

/// What becomes of one duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Appears(Duty),
    /// The due day would be another.
    Moves {
        from: Duty,
        to: Duty,
    },
    Vanishes(Duty),
}

impl Fate {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Appears(_) => "appears",
            Self::Moves { .. } => "moves",
            Self::Vanishes(_) => "vanishes",
        }
    }

    #[must_use]
    pub const fn duty(self) -> Duty {
        match self {
            Self::Appears(duty) | Self::Vanishes(duty) | Self::Moves { to: duty, .. } => duty,
        }
    }

    #[must_use]
    pub const fn rule(self) -> Rule {
        self.duty().rule
    }
}

/// Figures that might come into force.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    figure: Vec<Proposed>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Proposed {
    id: String,
    from: Date,
    value: i64,
    cite: String,
    quote: String,
}

/// Reads `[[figure]]` tables with `id`, `from`, `value`, `cite` and `quote`.
///
/// # Errors
/// A sentence that says what is wrong with the file.
pub fn read_pack(text: &str) -> Result<Vec<LocalFigure>, Problem> {
    let pack: Pack = toml::from_str(text).map_err(|cause| {
        let sentence =
            format!("规则文件无法识别，请按 [[figure]] id、from、value、cite、quote 填写：{cause}");
        Problem::refused("bad-pack", sentence)
    })?;
    let law = rules::law::Law::embedded().map_err(|cause| anyhow::anyhow!("law: {cause}"))?;
    for one in &pack.figure {
        if !law.figures().any(|known| known.id == one.id) {
            let sentence = format!("没有名为“{}”的数字，请用 law list 核对", one.id);
            return Err(Problem::refused("unknown-figure", sentence));
        }
    }
    let local = |one: Proposed| LocalFigure {
        figure: one.id,
        from: one.from,
        value: one.value,
        cite: one.cite,
        quote: one.quote,
    };
    Ok(pack.figure.into_iter().map(local).collect())
}

/// What might come into force, or is looked at as if it were not yet.
#[derive(Clone, Debug)]
pub enum Change {
    /// Figures of the place with this division code; of everywhere under the empty code, below
    /// what a place has decided itself.
    Figures(String, Vec<LocalFigure>),
    /// A pack that is part of the program: the law without it beside the law with it.
    Pack(String),
}

/// The law before and after a change.
///
/// # Errors
/// Whatever the database says; a refusal when there is no such pack, or duties cannot do without.
pub async fn sides(app: &Shared, change: Change) -> Result<(Arc<Laws>, Arc<Laws>), Problem> {
    let (now, mut local) = (app.laws().await?, policies::store::approved(&app.db).await?);
    match change {
        Change::Figures(org, figures) => {
            local.entry(org).or_default().extend(figures);
            let then = Laws::new(&local)?;
            Ok((now, Arc::new(then)))
        }
        Change::Pack(pack) => {
            let without = now.national().without(&pack).ok_or_else(|| {
                let sentence = format!("没有名为“{pack}”的规则包，请用 law list 核对");
                Problem::refused("unknown-pack", sentence)
            })?;
            Ok((Arc::new(Laws::over(without, &local)?), now))
        }
    }
}

/// A walk through everybody of a scope, station by station and a few people at a time. Nothing is
/// written.
pub struct Looking<'a> {
    db: &'a Db,
    now: Arc<Laws>,
    then: Arc<Laws>,
    day: Date,
    /// Codes of the stations that are still to be looked at, the next one last.
    stations: Vec<String>,
    /// The last person of the present station who was looked at.
    at: i64,
    n_people: i64,
}

impl<'a> Looking<'a> {
    /// Stands before the first person of a scope.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn begin(
        app: &'a Shared,
        (now, then): (Arc<Laws>, Arc<Laws>),
        scope: &Scope,
        day: Date,
    ) -> Result<Self, Problem> {
        let codes = derive::codes(&app.db).await?.into_values();
        let mut stations: Vec<String> = codes.map(|(code, _)| code).collect();
        stations.retain(|code| scope.covers(code));
        stations.sort_unstable_by(|a, b| b.cmp(a));
        stations.dedup();
        Ok(Self { db: &app.db, now, then, day, stations, at: 0, n_people: 0 })
    }

    /// The next few people: every duty that would appear, move or vanish, with the person's
    /// number. `None` when everybody was looked at.
    ///
    /// # Errors
    /// Whatever the database says; a refusal when the day is one without law.
    pub async fn next(&mut self) -> Result<Option<Vec<(i64, Fate)>>, Problem> {
        while let Some(station) = self.stations.last() {
            let people = derive::at_station(self.db, station, self.at, LOOKED_AT).await?;
            let Some(last) = people.last() else {
                self.stations.pop();
                self.at = 0;
                continue;
            };
            self.at = last.held.id;
            self.n_people += i64::try_from(people.len()).unwrap_or(0);
            let mut found = Vec::new();
            for one in &people {
                let fates = fates(one, (&self.now, &self.then), self.day)?;
                found.extend(fates.into_iter().map(|fate| (one.held.id, fate)));
            }
            return Ok(Some(found));
        }
        Ok(None)
    }

    /// How many people were looked at by now.
    #[must_use]
    pub fn n_people(&self) -> i64 {
        self.n_people
    }
}

fn fates(one: &One, (now, then): (&Laws, &Laws), day: Date) -> Result<Vec<Fate>, Problem> {
    let before = one.derived(now, day)?;
    let mut left: BTreeMap<Key, Duty> = before.iter().map(|duty| (key(duty), *duty)).collect();
    let mut found = Vec::new();
    for to in one.derived(then, day)? {
        match left.remove(&key(&to)) {
            None => found.push(Fate::Appears(to)),
            Some(from) if from.due_on != to.due_on => found.push(Fate::Moves { from, to }),
            Some(_) => {}
        }
    }
    found.extend(left.into_values().map(Fate::Vanishes));
    Ok(found)
}
