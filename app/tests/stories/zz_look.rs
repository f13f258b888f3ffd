use crate::world::World;
use axum::http::{HeaderValue, Request};
use jiff::civil::date;
use songhe::registry::NewPerson;

#[tokio::test]
async fn look() {
    let world = World::sqlite(crate::world::TODAY).await;
    let clerk = world.clerk("coordinator", "990101001001").await;
    let mut ids = vec![];
    for (i, name) in ["王秀兰", "赵一", "钱二", "孙三丰", "李四光"].iter().enumerate() {
        let new = NewPerson {
            name: (*name).to_owned(), id_number: format!("A{i}"), id_kind: "other".into(),
            born_on: Some(date(1940 + i as i16 * 5, 3, 4)), phone: "19400000002".into(),
            address: format!("示范市东区青山街道松风路12号{}幢2单元{}01室", 12 - i, i + 1),
            away: if i == 3 { "in_province".into() } else { String::new() },
            away_place: if i == 3 { "西区白云路8号".into() } else { String::new() },
            ..NewPerson::default()
        };
        ids.push(world.enter(&clerk, &new, "990101001001", date(2026, 4, 20)).await);
    }
    let p = |id: i64| format!("/people/{id}/visits/new");
    let v1 = world.post(&clerk, &p(ids[0]), &[("findings","needs_help"),("findings","hospitalised"),("need","想请人帮忙理发"),("on","2026-05-04")]).await.location.unwrap();
    let v2 = world.post(&clerk, &p(ids[1]), &[("outcome","not_reached")]).await.location.unwrap();
    let street = world.clerk("street_clerk", "990101001").await;
    let to = world.org("990102001001", "station").await.to_string();
    let e = world.post(&street, &format!("/people/{}/entrust", ids[3]), &[("to_org",&to),("wish","请代为看望"),("answer_by","2026-06-05")]).await.location.unwrap();
    let mut text = String::new();
    for (n, path) in [("form", p(ids[2])), ("ladder", p(ids[1])), ("saved", v1), ("notreached", v2), ("ledger", "/visits".into()), ("print", "/visits/print".into()), ("plan", "/visits/plan".into()), ("planprint", "/visits/plan/print".into()), ("batch", "/visits/batch".into())] { text += &format!("{n} {} {path}\n", clerk.account); }
    for (n, path) in [("entrust", format!("/people/{}/entrust?find=西区", ids[2])), ("entrustments", "/entrustments".into()), ("entrustment", e.clone()), ("letter", format!("{e}/letter"))] { text += &format!("{n} {} {path}\n", street.account); }
    std::fs::write("/tmp/look.txt", text).unwrap();
    let router = world.router.clone().layer(axum::middleware::from_fn(|mut r: Request<axum::body::Body>, next: axum::middleware::Next| async move {
        let as_ = r.uri().query().unwrap_or("").split("as=").nth(1).map(|s| s.to_owned());
        if let Some(a) = as_ { r.headers_mut().insert("cookie", HeaderValue::from_str(&format!("songhe=story-{a}")).unwrap()); }
        next.run(r).await
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8765").await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(90), async { axum::serve(listener, router).await }).await.ok();
}
