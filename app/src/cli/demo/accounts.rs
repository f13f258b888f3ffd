//! Somebody in every post, and a second one elsewhere where it helps to see what an outsider sees.

use kernel::vault::{hex, random};
use kernel::{Actor, Db, Problem};

use crate::accounts::{self, MustChange, NewAccount, posts};
use crate::deeds;
use crate::orgs::{self, Org};
use crate::state::DemoAccount;

/// Account, post, division code, name of the person.
const STAFF: &[(&str, &str, &str, &str)] = &[
    ("coordinator", "coordinator", "990101001001", "赵青松"),
    ("street_clerk", "street_clerk", "990101001", "钱云溪"),
    ("office_clerk", "office_clerk", "990101", "孙望江"),
    ("office_lead", "office_lead", "990101", "李松涛"),
    ("agency_clerk", "agency_clerk", "990101", "周明湖"),
    ("approver", "approver", "990101", "吴长林"),
    ("group_leader", "group_leader", "990101001001-01", "郑福康"),
    ("system_admin", "system_admin", "990101", "王新桥"),
    ("security_admin", "security_admin", "990101", "冯永安"),
    ("auditor", "auditor", "990101", "陈和平"),
    ("coordinator2", "coordinator", "990101002001", "褚春晖"),
    ("street_clerk2", "street_clerk", "990101002", "卫南苑"),
    ("coordinator3", "coordinator", "990102001001", "蒋西塘"),
    ("office_clerk2", "office_clerk", "990102", "沈北亭"),
    ("office_lead2", "office_lead", "990102", "韩东港"),
    ("city_clerk", "office_clerk", "9901", "杨鹤鸣"),
    ("city_lead", "office_lead", "9901", "朱云岭"),
    ("city_auditor", "auditor", "9901", "秦澄怀"),
];

/// Somebody of the demo: as shown on its sign-in page, and as they act.
#[derive(Clone, Debug)]
pub struct Member {
    pub shown: DemoAccount,
    pub actor: Actor,
}

/// The one with this account.
///
/// # Errors
/// When there is none.
pub fn of<'a>(staff: &'a [Member], name: &str) -> Result<&'a Actor, Problem> {
    let found = staff.iter().find(|one| one.shown.name == name);
    Ok(&found.ok_or_else(|| anyhow::anyhow!("no account {name} in the demo"))?.actor)
}

/// Opens the accounts, with one fresh password for all of them.
///
/// # Errors
/// Whatever the database says.
pub async fn open(db: &Db, operator: &Actor) -> Result<Vec<Member>, Problem> {
    let password = format!("Crane-{}", hex(&random(4)?));
    let hashed = accounts::hash_now(&password)?;
    let mut act = db.begin(operator.permit(deeds::ACCOUNTS_MAKE)?, db.clock().today()).await?;
    let mut staff = Vec::new();
    for (name, post, code, who) in STAFF {
        let kind = match (*post, code.len()) {
            ("agency_clerk", _) => "agency",
            ("approver", _) => "administration",
            (_, 15) => "group",
            (_, 12) => "station",
            (_, 9) => "center",
            _ => "office",
        };
        let Some(org) = orgs::store::by_code(&mut act, code, kind).await? else { continue };
        let new = NewAccount {
            name: (*name).to_owned(),
            person_name: format!("{who}（虚构）"),
            org: org.id,
            post: (*post).to_owned(),
            hashed: hashed.clone(),
            must_change: MustChange::No,
        };
        let account = accounts::make(&mut act, &new).await?;
        let shown = DemoAccount {
            name: new.name,
            password: password.clone(),
            post: posts::name_of(post).to_owned(),
            org: org.name.clone(),
        };
        staff.push(Member { shown, actor: actor(account, &new.person_name, post, &org) });
    }
    act.commit("accounts", "").await?;
    Ok(staff)
}

fn actor(account: i64, name: &str, post: &str, org: &Org) -> Actor {
    Actor {
        account,
        name: name.to_owned(),
        org_id: org.id,
        org: org.code.clone(),
        org_name: org.name.clone(),
        level: org.level.clone(),
        kind: org.kind.clone(),
        post: post.to_owned(),
        deeds: posts::deeds_of(post),
        session: 0,
        address: "demo".to_owned(),
        key: None,
    }
}
