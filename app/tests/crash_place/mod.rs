//! A station with a few retirees and a coordinator's token, in a folder.

use std::collections::BTreeMap;
use std::path::Path;

use kernel::vault::Vault;
use kernel::{Actor, Clock, Db, q};
use songhe::accounts::{self, MustChange, NewAccount, posts};
use songhe::orgs::{self, NewOrg};
use songhe::people::{self, Arrival};
use songhe::policies::Laws;
use songhe::registry::NewPerson;
use songhe::{cli, deeds};

pub struct Place {
    pub token: String,
    pub people: Vec<i64>,
}

pub fn make(dir: &Path, today: &str) -> Place {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(fill(dir, today))
}

async fn fill(dir: &Path, today: &str) -> Place {
    let today = today.parse().unwrap();
    let vault = Vault::load_or_make(&dir.join("songhe.key")).unwrap();
    let url = format!("sqlite:{}", dir.join("songhe.db").display());
    let db = Db::open(&url, vault, Clock::fixed(today)).unwrap();
    cli::setup::prepare(&db).await.unwrap();
    let operator = Actor::operator(posts::operator());
    let mut act = db.begin(operator.permit(deeds::PEOPLE_ENTER).unwrap(), today).await.unwrap();
    let new = NewOrg {
        code: "990101001001".to_owned(),
        kind: "station".to_owned(),
        level: "station".to_owned(),
        parent: None,
        name: "青山社区".to_owned(),
    };
    let org = orgs::open(&mut act, &new, today).await.unwrap();
    let station = orgs::store::find(&mut act, org).await.unwrap().unwrap();
    let account = NewAccount {
        name: "crash".to_owned(),
        person_name: "协理员".to_owned(),
        org,
        post: "coordinator".to_owned(),
        password: String::new(),
        must_change: MustChange::No,
    };
    let account = accounts::make("-", &mut act, &account).await.unwrap();
    let laws = Laws::new(&BTreeMap::new()).unwrap();
    let arrival = Arrival { station: &station, taken_in_on: today, source: "people" };
    let mut made = Vec::new();
    for n in 0..20 {
        let new = NewPerson {
            name: "王秀兰".to_owned(),
            id_kind: "other".to_owned(),
            id_number: format!("T{n:04}"),
            born_on: Some("1950-03-04".parse().unwrap()),
            ..NewPerson::default()
        };
        made.push(people::enter(&mut act, &laws, &new, &arrival).await.unwrap());
    }
    act.commit("crash", "").await.unwrap();
    let token = "crash-token".to_owned();
    let keep = q!(
        "INSERT INTO tokens (id, account, token, label, made_on) VALUES ($1, $2, $3, 'crash', $4)",
        db.number().await.unwrap(),
        account,
        accounts::digest(&token),
        today
    );
    db.housekeep(vec![keep]).await.unwrap();
    Place { token, people: made }
}
