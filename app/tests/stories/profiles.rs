//! What is exported every month in the same form is kept under a name: the columns in their order
//! under the receiver's words, how numbers are hidden, for whom and why.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use serde_json::Value;
use songhe::registry::NewPerson;

use crate::exporting::{export, send};
use crate::world::{World, new_person};

const BORN: Date = date(1950, 3, 4);

/// What is typed into the form for the office of social insurance.
const MONTHLY: &[(&str, &str)] = &[
    ("purpose", "按月报送"),
    ("recipient", "区社保中心"),
    ("mask", "birth8"),
    ("phone_mask", "last4"),
    ("columns", "name"),
    ("columns", "id_number"),
    ("columns", "phone"),
    ("order-phone", "1"),
    ("order-id_number", "3"),
    ("order-name", "2"),
    ("title-id_number", "公民身份号码"),
    ("keep", "1"),
    ("profile_name", "报区社保中心"),
];

async fn one(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

async fn kept(world: &World, actor: &Actor) -> i64 {
    let file = export(world, actor, MONTHLY).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    one(world, q!("SELECT MAX(id) FROM export_profiles")).await
}

/// The fields that the page's form would send, as a browser reads them.
fn typed(page: &str) -> Vec<(String, String)> {
    let form = page.split("action=\"/exports\"").nth(1).unwrap().split("</form>").next().unwrap();
    let value = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    let mut fields = Vec::new();
    for tag in form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let is_choice = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        if is_choice && !tag.contains(" checked") {
            continue;
        }
        fields.push((value(tag, "name").unwrap(), value(tag, "value").unwrap_or_default()));
    }
    for select in form.split("<select").skip(1) {
        let name = value(select.split('>').next().unwrap(), "name").unwrap();
        let options = select.split("</select>").next().unwrap().split("<option").skip(1);
        let chosen = options.into_iter().find(|option| option.contains(" selected"));
        fields.push((name, chosen.and_then(|option| value(option, "value")).unwrap_or_default()));
    }
    fields.retain(|(name, _)| name != frame::CSRF_FIELD);
    fields
}

#[tokio::test]
async fn a_command_takes_a_profile_by_its_name() {
    use songhe::exchange::export_order::Order;
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let other = world.clerk("coordinator", "990101001002").await;
        let street = world.clerk("street_clerk", "990101001").await;
        kept(&world, &clerk).await;
        let order = Order {
            list: "people".to_owned(),
            profile: Some("报区社保中心".to_owned()),
            texts: vec![("format", "csv".to_owned()), ("recipient", "街道中心".to_owned())],
            ..Order::default()
        };
        for actor in [&clerk, &street] {
            let wish = order.wish(&world.app, actor).await.unwrap();
            assert_eq!(wish.headings(), ["手机号码", "姓名", "公民身份号码"]);
            assert_eq!((&*wish.purpose, &*wish.recipient), ("按月报送", "街道中心"));
            assert!(!wish.is_full() && wish.keep.is_none());
        }
        let says = |problem: kernel::Problem| problem.fields()[0].message.clone();
        let none = order.wish(&world.app, &other).await.unwrap_err();
        assert!(says(none).contains("没有名为“报区社保中心”的常用格式"), "it is not theirs to see");
        kept(&world, &other).await;
        let several = order.wish(&world.app, &street).await.unwrap_err();
        assert!(says(several).contains("几个机构"));
        assert!(order.wish(&world.app, &other).await.is_ok(), "one's own goes first");
    }
}

#[tokio::test]
async fn what_was_kept_is_taken_again_with_one_click() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let new = new_person("王秀兰", BORN);
        world.enter(&clerk, &new, "990101001001", world.app.today()).await;
        let dead = NewPerson { phone: "19400000002".to_owned(), ..new_person("李远", BORN) };
        world.enter(&clerk, &dead, "990101001001", world.app.today()).await;
        let first = export(&world, &clerk, MONTHLY).await;
        let hidden = format!("{}********{}", &new.id_number[..6], &new.id_number[14..]);
        let rows = first.rows();
        assert_eq!(rows[0], ["手机号码", "姓名", "公民身份号码"], "in the order of the numbers");
        assert!(rows.contains(&vec!["1940000****".to_owned(), "王秀兰".to_owned(), hidden]));
        let id = one(&world, q!("SELECT id FROM export_profiles")).await;
        let detail =
            q!("SELECT COUNT(*) FROM audit WHERE detail LIKE '%记作常用格式“报区社保中心”%'");
        assert_eq!(one(&world, detail).await, 1, "kept in the act of the export");

        // The page of the export offers it, and a click fills the form in.
        let page = world.get(&clerk, "/exports/new?list=people&org=990101001001&away=here").await;
        let link = format!("/exports/new?profile={id}&amp;org=990101001001&amp;away=here");
        assert!(page.body.contains(&link) && page.body.contains("报区社保中心"), "{}", page.says());
        let page = world.get(&clerk, &link.replace("&amp;", "&")).await;
        assert!(page.body.contains("公民身份号码（身份证号）"), "{}", page.says());
        let fields = typed(&page.body);
        let sent: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert!(sent.contains(&("away", "here")), "conditions of the page hold");
        let second = export(&world, &clerk, &sent).await;
        assert_eq!(second.status, StatusCode::OK, "{}", second.text());
        assert_eq!(second.rows(), rows);
        let recipients = q!("SELECT COUNT(*) FROM exports WHERE recipient = '区社保中心'");
        assert_eq!(one(&world, recipients).await, 2);
        assert_eq!(one(&world, q!("SELECT COUNT(*) FROM export_profiles")).await, 1);

        // A program names it by its number, and says what is to be otherwise.
        let call = |body: String| {
            Request::post("/api/v1/exports")
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body))
                .unwrap()
        };
        let third = send(&world, &clerk, call(format!(r#"{{"profile": {id}}}"#))).await;
        assert_eq!(third.rows(), rows, "{}", third.text());
        let other = format!(
            r#"{{"profile": {id}, "columns": ["id_number"], "format": "csv", "titles": {{}}}}"#
        );
        let fourth = send(&world, &clerk, call(other)).await;
        let text = fourth.text();
        assert!(text.contains("身份证号") && !text.contains("公民身份号码"), "{text}");
        assert!(!text.contains("王秀兰"));
    }
}

#[tokio::test]
async fn conditions_go_along_when_that_is_wanted() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let away = NewPerson { away: "abroad".to_owned(), ..new_person("远方人", BORN) };
        world.enter(&clerk, &away, "990101001001", world.app.today()).await;
        world.person(&clerk, "青山人", BORN, "990101001001").await;
        let with =
            [MONTHLY, &[("keep_conditions", "1"), ("away", "elsewhere"), ("org", "990101001001")]];
        assert_eq!(export(&world, &clerk, &with.concat()).await.rows().len(), 2);
        let id = one(&world, q!("SELECT id FROM export_profiles")).await;
        let page = world.get(&clerk, &format!("/exports/new?profile={id}&away=here")).await;
        assert!(page.body.contains("不在本地"), "the profile's own conditions hold");
        let body = format!(r#"{{"profile": {id}}}"#);
        let request = |body: String| {
            Request::post("/api/v1/exports")
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body))
                .unwrap()
        };
        let file = send(&world, &clerk, request(body)).await;
        assert_eq!(file.rows()[1..].iter().map(|row| &*row[1]).collect::<Vec<_>>(), ["远方人"]);
        let other = format!(r#"{{"profile": {id}, "conditions": {{"away": "here"}}}}"#);
        let file = send(&world, &clerk, request(other)).await;
        assert_eq!(file.rows()[1..].iter().map(|row| &*row[1]).collect::<Vec<_>>(), ["青山人"]);
        // Taken off on its page, the conditions of the list hold again.
        let fields = [
            ("version", "1"),
            ("profile_name", "不带条件"),
            ("purpose", "按月报送"),
            ("recipient", "区社保中心"),
            ("format", "csv"),
            ("away", "elsewhere"),
        ];
        let path = format!("/export-profiles/{id}");
        let done = world.post(&clerk, &path, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        let page = world.get(&clerk, &path).await;
        assert!(page.body.contains("用名单页当时的条件") && page.body.contains("不带条件"));
        let stale = world.post(&clerk, &path, &fields).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_profile_is_told_before_a_file_is_made() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        kept(&world, &clerk).await;
        let faults: [(&[(&str, &str)], &str); 6] = [
            (&[("profile_name", "报区社保中心")], "本机构已有同名的常用格式"),
            (&[("profile_name", "月")], "请给常用格式起个名称"),
            (&[("profile_name", "给13800000000")], "不要写证件号码或电话"),
            (&[("profile_name", "另一个"), ("order-name", "甲")], "次序请填"),
            (&[("profile_name", "另一个"), ("title-name", "手机号码")], "有两列都叫"),
            (&[("profile_name", "另一个"), ("phone_mask", "half")], "请选择号码怎样显示"),
        ];
        for (changed, sentence) in faults {
            let rest = MONTHLY.iter().filter(|(name, _)| !changed.iter().any(|(of, _)| of == name));
            let fields: Vec<(&str, &str)> = changed.iter().chain(rest).copied().collect();
            let answer = export(&world, &clerk, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            let text = answer.text();
            assert!(text.contains(sentence) && text.contains("公民身份号码"), "{sentence}: {text}");
        }
        assert_eq!(one(&world, q!("SELECT COUNT(*) FROM exports")).await, 1);
        assert_eq!(one(&world, q!("SELECT COUNT(*) FROM export_profiles")).await, 1);
        // Whole telephone numbers are whole numbers: few may take them, and for a reason.
        let whole = [MONTHLY, &[("phone_mask", "none")]].concat();
        let whole: Vec<(&str, &str)> = whole
            .iter()
            .filter(|(name, value)| *name != "keep" && (*name, *value) != ("phone_mask", "last4"))
            .copied()
            .collect();
        let reasoned = [&whole[..], &[("reason", "电话回访")]].concat();
        assert_eq!(export(&world, &clerk, &whole).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(export(&world, &clerk, &reasoned).await.status, StatusCode::FORBIDDEN);
        let keeping = [&reasoned[..], &[("keep", "1"), ("profile_name", "另一个")]].concat();
        let keeping: Vec<(&str, &str)> = keeping
            .into_iter()
            .filter(|(name, value)| (*name, *value) != ("profile_name", "报区社保中心"))
            .collect();
        let refused = export(&world, &clerk, &keeping).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        let office = world.clerk("office_clerk", "990101").await;
        assert_eq!(export(&world, &office, &whole).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(export(&world, &office, &reasoned).await.status, StatusCode::OK);
        let full = q!("SELECT COUNT(*) FROM audit WHERE deed = 'people.export_full'");
        assert_eq!(one(&world, full).await, 1);
    }
}

#[tokio::test]
async fn those_above_use_it_and_its_own_change_it() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        world.person(&clerk, "王秀兰", BORN, "990101001001").await;
        let id = kept(&world, &clerk).await;
        let path = format!("/export-profiles/{id}");
        let office = world.clerk("office_clerk", "990101").await;
        assert!(world.get(&office, "/export-profiles").await.body.contains("报区社保中心"));
        let seen = world.get(&office, &path).await;
        assert!(seen.body.contains("公民身份号码") && !seen.body.contains("profile_name"));
        let fields = [
            ("version", "1"),
            ("profile_name", "改名"),
            ("purpose", "按月报送"),
            ("recipient", "区社保中心"),
            ("format", "csv"),
        ];
        let refused = world.post(&office, &path, &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.says());
        let refused = world.post(&office, &format!("{path}/forget"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.says());
        let page = world.get(&office, &format!("/exports/new?profile={id}")).await;
        assert!(page.body.contains("公民身份号码（身份证号）"), "{}", page.says());
        for (post, place) in [("coordinator", "990101001002"), ("street_clerk", "990101002")] {
            let outsider = world.clerk(post, place).await;
            for path in [path.clone(), format!("/exports/new?profile={id}")] {
                assert_eq!(world.get(&outsider, &path).await.status, StatusCode::NOT_FOUND);
            }
            let body = format!(r#"{{"profile": {id}, "format": "csv"}}"#);
            let request = Request::post("/api/v1/exports")
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body));
            let file = send(&world, &outsider, request.unwrap()).await;
            assert_eq!(file.status, StatusCode::NOT_FOUND);
        }
        let told = world.get(&office, &format!("/api/v1{path}")).await;
        let told: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(told["columns"][2]["title"], "公民身份号码");
        assert_eq!((&told["phone_mask"], &told["version"]), (&"last4".into(), &1.into()));
        let gone = world.post(&clerk, &format!("{path}/forget"), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        assert_eq!(world.get(&clerk, &path).await.status, StatusCode::NOT_FOUND);
    }
}
