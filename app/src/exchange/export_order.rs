//! An export as a command asks for it: everything is said at once, and nothing that is not
//! understood is passed over.

use kernel::{Actor, FieldError, Problem};

use super::export_conditions::judge;
use super::export_file::Format;
use super::export_lists::List;
use super::export_wish::Wish;
use super::profiles::{self, Profile};
use crate::web::{Fields, Shared};

/// Profiles that are looked through for a name.
const N_PROFILES: i64 = 1_000;

/// What a command asks for.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub list: String,
    /// The name of a profile; what the command does not say is as it says.
    pub profile: Option<String>,
    /// Other fields of the form, by name.
    pub texts: Vec<(&'static str, String)>,
    pub conditions: Vec<(String, String)>,
    /// Keys or titles, in their order.
    pub columns: Vec<String>,
}

impl Order {
    /// The wish that follows from it.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] when the post does not see the list; field problems for everything
    /// that cannot be understood.
    pub async fn wish(&self, app: &Shared, actor: &Actor) -> Result<Wish, Problem> {
        let known = List::from_code(&self.list);
        let list = known.ok_or_else(|| Problem::field("list", "没有这份名单，请核对"))?;
        actor.may(list.deed())?;
        let mut errors = judge(&app.db, actor, (list, &self.conditions)).await?;
        let mut fields = Fields(vec![("list".to_owned(), list.code().to_owned())]);
        for asked in &self.columns {
            let found = list.columns().iter().find(|of| of.key == asked || of.title == asked);
            match found {
                Some(column) => fields.0.push(("columns".to_owned(), column.key.to_owned())),
                None => errors.push(unknown_column(list, asked)),
            }
        }
        if !errors.is_empty() {
            return Err(Problem::Invalid(errors));
        }
        let texts = self.texts.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        fields.0.extend(texts.chain(self.conditions.iter().cloned()));
        if let Some(name) = &self.profile {
            let profile = find(app, actor, (list, name)).await?;
            // A receiver whose systems know the national code only gets no other.
            let is_plain = fields.get("format") == Format::Csv.code();
            if is_plain && profile.format == Format::Gb18030 {
                fields.0.retain(|(name, _)| name != "format");
            }
            fields = profiles::over(&profile, &fields);
        }
        fields.0.retain(|(name, _)| name != "keep");
        Wish::read(&fields)
    }
}

fn unknown_column(list: List, asked: &str) -> FieldError {
    let known: Vec<String> =
        list.columns().iter().map(|of| format!("{} {}", of.key, of.title)).collect();
    let message = format!("{}没有“{asked}”这一列，可用的有：{}", list.name(), known.join("、"));
    FieldError { field: "columns".to_owned(), message }
}

/// The profile of this name: the own one, or the only one below.
async fn find(app: &Shared, actor: &Actor, (list, name): (List, &str)) -> Result<Profile, Problem> {
    let kept = profiles::list(app, actor, (None, N_PROFILES)).await?;
    let mut named: Vec<Profile> =
        kept.into_iter().filter(|one| one.list == list && one.name == name).collect();
    if named.iter().any(|one| one.org == actor.org) {
        named.retain(|one| one.org == actor.org);
    }
    match (named.pop(), named.is_empty()) {
        (Some(found), true) => Ok(found),
        (Some(_), false) => {
            let says = format!("下级有几个机构都记下了“{name}”，请用 --org 写明是哪个机构的");
            Err(Problem::field("profile", says))
        }
        (None, _) => {
            let says = format!("{}没有名为“{name}”的常用格式，请核对名称", list.name());
            Err(Problem::field("profile", says))
        }
    }
}
