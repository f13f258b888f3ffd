//! temp
#![allow(clippy::all)]
use jiff::civil::Date;
use kernel::{Actor, Clock, Db, q, vault::Vault};
use rules::days::add_days;
use rules::facts::*;
use songhe::accounts::posts;
use songhe::duties::{home, lists, loads, sweep};
use songhe::state::App;
use std::time::Instant;
struct Lcg(u64);
impl Lcg {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }
}
#[tokio::main]
async fn main() {
    let n: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let url = std::env::args().nth(2).unwrap();
    let today = Date::constant(2026, 11, 23);
    let key = Vault::parse(&Vault::fresh(kernel::vault::Suite::International).unwrap()).unwrap();
    let db = Db::open(&url, key, Clock::fixed(today)).unwrap();
    songhe::cli::setup::prepare(&db).await.unwrap();
    let app = App::new(db.clone(), None).unwrap();
    let t = Instant::now();
    let n_st = (n / 1000).max(1);
    let mut orgs = vec![q!(
        "INSERT INTO orgs (id, code, kind, level, parent, name, opened_on, version) VALUES (1,'9901','office','city',NULL,'市','2020-01-01',1)"
    )];
    let code = |s: i64| {
        format!(
            "9901{:02}{:03}{:03}",
            s / 100 + 1,
            (s / 10) % 10 + 1,
            s % 10 + 1
        )
    };
    for s in 0..n_st {
        orgs.push(q!("INSERT INTO orgs (id, code, kind, level, parent, name, opened_on, version) VALUES ($1,$2,'station','station',NULL,$3,'2020-01-01',1)", 1000 + s, code(s), format!("社区{s}")));
    }
    for d in 0..=(n_st / 100) {
        orgs.push(q!("INSERT INTO orgs (id, code, kind, level, parent, name, opened_on, version) VALUES ($1,$2,'office','district',NULL,$3,'2020-01-01',1)", 500 + d, format!("9901{:02}", d + 1), format!("区{d}")));
    }
    db.housekeep(orgs).await.unwrap();
    let mut rng = Lcg(7);
    let mut fid = 10_000_000_i64;
    let first = Date::constant(2023, 1, 1);
    let mut p = 0;
    while p < n {
        let mut qs = Vec::new();
        for _ in 0..2000.min(n - p) {
            p += 1;
            let s = rng.below(n_st);
            let st = 1000 + s;
            let taken = add_days(first, rng.below(1300));
            let born = add_days(first, -365 * (55 + rng.below(35)) - rng.below(365));
            qs.push(q!("INSERT INTO persons (id, version, org, station, status, name, pinyin, initials, id_kind, born_on, sex, ethnic, political, education, marital, away, away_place, enterprise_name, retirement_kind, management, taken_in_on, extra) VALUES ($1,1,$2,$3,'active','王秀兰','wangxiulan','wxl','resident',$4,'2','01','','','','here','','','','1',$5,'')", p, code(s), st, born, taken));
            let mut list = vec![(taken, FactKind::TakenIn { station: st })];
            for _ in 0..4 {
                let way = if rng.below(3) == 0 {
                    Way::Telephone
                } else {
                    Way::Home
                };
                list.push((
                    add_days(taken, rng.below(1200)),
                    FactKind::Contacted { way, about: 0 },
                ));
            }
            let special = match rng.below(12) {
                0 => FactKind::MarkSet { mark: Mark::Alone },
                1 => FactKind::Residence {
                    away: Away::OtherProvince,
                },
                2 => FactKind::Hospitalised,
                3 => FactKind::Died,
                _ => FactKind::CardIssued,
            };
            list.push((add_days(taken, rng.below(900)), special));
            list.retain(|(on, _)| *on <= today);
            for (on, kind) in list {
                fid += 1;
                let (k, r, d) = kind.encode();
                qs.push(q!("INSERT INTO facts (id, person, kind, reference, detail, on_day, entered_on, source, act) VALUES ($1,$2,$3,$4,$5,$6,$6,'visit',1)", fid, p, k, r, d, on));
            }
        }
        db.housekeep(qs).await.unwrap();
    }
    eprintln!("seed {:?}", t.elapsed());
    let op = Actor::operator(posts::operator());
    for _ in 0..2 {
        let t = Instant::now();
        let d = sweep::rebuild(&app, &op, |_| {}).await.unwrap();
        eprintln!("rebuild {d:?} {:?}", t.elapsed());
    }
    let t = Instant::now();
    let v = sweep::verify(&app, 5).await.unwrap();
    eprintln!("verify {} {} {:?}", v.n_duties, v.n_different, t.elapsed());
    let t = Instant::now();
    let v = sweep::sweep(&app, today).await.unwrap();
    eprintln!("sweep {v:?} {:?}", t.elapsed());
    for (org, level) in [
        ("9901", "city"),
        ("990101", "district"),
        ("990101001", "street"),
        ("990101001001", "station"),
    ] {
        let mut actor = op.clone();
        actor.org = org.into();
        actor.level = level.into();
        for r in 0..3 {
            let t = Instant::now();
            let page = home::home(
                axum::extract::State(app.clone()),
                songhe::web::Me(actor.clone()),
            )
            .await
            .unwrap();
            let h = t.elapsed();
            let mut f = lists::Filter {
                scope: actor.scope(),
                which: lists::Which::Open,
                rule: None,
                owner: None,
                from: None,
                until: None,
            };
            let t = Instant::now();
            let l = lists::list(&db, &f, None, 50).await.unwrap();
            let a = t.elapsed();
            f.owner = Some(rules::duties::Level::Street);
            let t = Instant::now();
            lists::list(&db, &f, None, 50).await.unwrap();
            let b = t.elapsed();
            f.owner = None;
            f.which = lists::Which::Settled;
            f.from = Some(today.first_of_month());
            f.until = Some(today);
            let t = Instant::now();
            let e = lists::list(&db, &f, None, 50).await.unwrap();
            let c = t.elapsed();
            let d = loads::Days {
                today,
                climbed_by: today,
            };
            let t = Instant::now();
            let w = loads::loads(&db, &actor.scope(), None, d).await.unwrap();
            let lo = t.elapsed();
            let t = Instant::now();
            loads::ended_loads(&db, &actor.scope(), d).await.unwrap();
            let en = t.elapsed();
            if r > 0 {
                eprintln!(
                    "{level}: home {h:?} ({} bytes) open50 {a:?} ({}) street-owned {b:?} settled50 {c:?} ({}) loads {lo:?} {:?} ended {en:?}",
                    page.into_string().len(),
                    l.rows.len(),
                    e.rows.len(),
                    loads::Load::sum("", &w)
                );
            }
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    eprintln!(
        "{}",
        status
            .lines()
            .filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS"))
            .collect::<Vec<_>>()
            .join(" ")
    );
}
