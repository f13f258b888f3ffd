//! 法规包的读取：每个包一个文件夹，引文必须见于原文。

use super::{Entry, Figure, Law, Level, Pack, RuleText, Says, TomlDay, occurs};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const LOCAL: &str = "local";
pub(super) const LOCAL_ORDER: u8 = 3;

/// A pack that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    #[error("法规包“{pack}”格式有误，请检查：{cause}")]
    Malformed { pack: String, cause: String },
    #[error("法规包“{pack}”中“{id}”的引文不见于原文，请核对：{quote}")]
    NotQuoted { pack: String, id: String, quote: String },
    #[error("法规包“{pack}”中“{id}”有两个同日生效的版本，请删去一个")]
    Twice { pack: String, id: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    #[serde(default)]
    figure: Vec<FigureForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureForm {
    id: String,
    name: String,
    unit: String,
    in_force: Vec<Says>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    rule: Vec<RuleForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    id: String,
    name: String,
    owner: Level,
    from: TomlDay,
    cite: String,
    quote: String,
    explains: String,
}

/// What a folder holds.
struct Folder {
    pack: Pack,
    figures: &'static str,
    rules: &'static str,
}

macro_rules! folder {
    ($order:literal, $id:literal, $name:literal) => {
        Folder {
            pack: Pack {
                id: $id.to_owned(),
                name: $name.to_owned(),
                order: $order,
                source: include_str!(concat!("../../../statutes/", $id, "/source.md")),
                questions: include_str!(concat!("../../../statutes/", $id, "/questions.md")),
            },
            figures: include_str!(concat!("../../../statutes/", $id, "/figures.toml")),
            rules: include_str!(concat!("../../../statutes/", $id, "/rules.toml")),
        }
    };
}

pub(super) fn embedded() -> Result<Law, LawError> {
    let mut law = Law { packs: Vec::new(), figures: BTreeMap::new(), rules: Vec::new() };
    for folder in [
        folder!(0, "decisions", "本平台记录的决定"),
        folder!(1, "retiree-services", "退休人员社会化管理服务（培训教材）"),
        folder!(2, "certification-2018", "领取社会保险待遇资格确认经办规程（暂行）"),
        folder!(2, "agency-2023", "社会保险经办条例"),
    ] {
        lay(&mut law, folder)?;
    }
    law.rules.sort_by(|a, b| (&a.id, a.order, a.from).cmp(&(&b.id, b.order, b.from)));
    Ok(law)
}

pub(super) fn local() -> Pack {
    Pack {
        id: LOCAL.to_owned(),
        name: "本地规定".to_owned(),
        order: LOCAL_ORDER,
        source: "",
        questions: "",
    }
}

fn lay(law: &mut Law, folder: Folder) -> Result<(), LawError> {
    let Folder { pack, figures, rules } = folder;
    let malformed = |cause: toml::de::Error| LawError::Malformed {
        pack: pack.id.clone(),
        cause: cause.to_string(),
    };
    let figures: Figures = toml::from_str(figures).map_err(malformed)?;
    let rules: Rules = toml::from_str(rules).map_err(malformed)?;
    for form in figures.figure {
        for says in form.in_force {
            check(&pack, &form.id, &says.quote)?;
            let figure = law.figures.entry(form.id.clone()).or_insert_with(|| Figure {
                id: form.id.clone(),
                name: form.name.clone(),
                unit: form.unit.clone(),
                entries: Vec::new(),
            });
            let again = |entry: &Entry| entry.pack == pack.id && entry.says.from == says.from;
            if figure.entries.iter().any(again) {
                return Err(LawError::Twice { pack: pack.id, id: form.id });
            }
            figure.insert(Entry { order: pack.order, pack: pack.id.clone(), says });
        }
    }
    for form in rules.rule {
        lay_rule(law, &pack, form)?;
    }
    law.packs.push(pack);
    Ok(())
}

fn lay_rule(law: &mut Law, pack: &Pack, form: RuleForm) -> Result<(), LawError> {
    check(pack, &form.id, &form.quote)?;
    let RuleForm { id, name, owner, from: TomlDay(from), cite, quote, explains } = form;
    let again = |rule: &RuleText| rule.id == id && rule.from == from && rule.pack == pack.id;
    if law.rules.iter().any(again) {
        return Err(LawError::Twice { pack: pack.id.clone(), id });
    }
    let (order, pack) = (pack.order, pack.id.clone());
    law.rules.push(RuleText { id, name, owner, from, cite, quote, explains, pack, order });
    Ok(())
}

fn check(pack: &Pack, id: &str, quote: &str) -> Result<(), LawError> {
    if occurs(quote, pack.source) {
        return Ok(());
    }
    let (pack, id, quote) = (pack.id.clone(), id.to_owned(), quote.to_owned());
    Err(LawError::NotQuoted { pack, id, quote })
}
