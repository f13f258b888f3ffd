//! 推演：一组数字生效之前，先看每一项应办事项会新增、改期还是取消。

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Problem;
use rules::duties::{Duty, Rule};
use rules::law::LocalFigure;

use super::derive::{self, One};
use super::{Key, key};
use crate::policies::{self, Laws};
use crate::web::Shared;

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

/// Goes through everybody and tells, person by person, every duty that would appear, move or
/// vanish on `day` if the figures were in force everywhere. Nothing is written. Answers how many
/// people were looked at.
///
/// # Errors
/// Whatever the database says, or `told`.
pub async fn what_if(
    app: &Shared,
    figures: Vec<LocalFigure>,
    day: Date,
    mut told: impl FnMut(i64, Fate) -> Result<(), Problem>,
) -> Result<i64, Problem> {
    let now = app.laws().await?;
    let mut local = policies::store::approved(&app.db).await?;
    // Under the empty code they hold everywhere, below what a place has decided later itself.
    local.entry(String::new()).or_default().extend(figures);
    let then = Laws::new(local)?;
    let (mut at, mut n_people) = (0, 0);
    loop {
        let people = derive::batch(&app.db, at, 2_000).await?;
        let Some(last) = people.last() else {
            return Ok(n_people);
        };
        at = last.held.id;
        for one in &people {
            n_people += 1;
            for fate in fates(one, (&now, &then), day)? {
                told(one.held.id, fate)?;
            }
        }
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
