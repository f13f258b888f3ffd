//! Three administrative powers: one makes accounts, one gives posts, one looks on; none of them
//! can raise itself.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kernel::{Actor, q};
use songhe::accounts::me::give_token;
use songhe::accounts::posts::{self, POSTS, POWERS};
use songhe::routes;
use songhe::web::{Gate, Kind};

use crate::browser::{Browser, first_password};
use crate::world::{Answer, PASSWORD, World};

async fn version(world: &World, account: i64) -> String {
    let version = q!("SELECT version FROM accounts WHERE id = $1", account);
    world.db().row(version).await.unwrap().unwrap().get::<i64>(0).unwrap().to_string()
}

async fn post_of(world: &World, account: i64) -> String {
    let post = q!("SELECT post FROM accounts WHERE id = $1", account);
    world.db().row(post).await.unwrap().unwrap().get(0).unwrap()
}

/// Does something to an account in its present version.
async fn to(
    world: &World,
    actor: &Actor,
    (account, what): (i64, &str),
    more: &[(&str, &str)],
) -> Answer {
    let version = version(world, account).await;
    let mut fields = vec![("version", version.as_str())];
    fields.extend(more);
    world.post(actor, &format!("/accounts/{account}/{what}"), &fields).await
}

/// A new account of a station; its number and first password.
async fn made(world: &World, admin: &Actor, name: &str) -> (i64, String) {
    let org = world.org("990101001001", "station").await.to_string();
    let fields = [("name", name), ("person_name", "柳新来"), ("org", org.as_str())];
    let answer = world.post(admin, "/accounts", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let id = q!("SELECT id FROM accounts WHERE name = $1", name);
    let id = world.db().row(id).await.unwrap().unwrap().get(0).unwrap();
    (id, first_password(&answer))
}

#[tokio::test]
async fn an_account_is_made_by_one_and_given_its_post_by_another() {
    for world in World::each().await {
        let admin = world.clerk("system_admin", "990101").await;
        let guard = world.clerk("security_admin", "990101").await;
        let org = world.org("990101001001", "station").await.to_string();
        let foreign = world.org("990102001001", "station").await.to_string();
        let wish = [
            ("name", "qingshan01"),
            ("person_name", "柳新来"),
            ("org", org.as_str()),
            ("idempotency_key", "make-1"),
        ];
        for (at, value, sentence) in [
            (0, "青山", "账号为 3–40 位"),
            (0, "auditor-990101", ""),
            (1, "", "请填写使用人姓名"),
            (2, "", "请选择所在机构"),
            (2, foreign.as_str(), "请选择本辖区现有的机构"),
        ] {
            world.clerk("auditor", "990101").await;
            let sentence = if sentence.is_empty() { "已被使用" } else { sentence };
            let mut bad = wish.to_vec();
            bad[at].1 = value;
            let answer = world.post(&admin, "/accounts", &bad).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
            assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
        }
        assert_eq!(world.post(&guard, "/accounts", &wish).await.status, StatusCode::FORBIDDEN);
        let done = world.post(&admin, "/accounts", &wish).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let password = first_password(&done);
        let again = world.post(&admin, "/accounts", &wish).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "made once, the password shown once");

        let mut browser = Browser::signed_in(&world, "qingshan01", &password).await;
        let new = [("old", password.as_str()), ("new", PASSWORD), ("again", PASSWORD)];
        browser.post(&world, "/me/password", &new).await;
        let home = browser.get(&world, "/").await;
        assert!(home.body.contains("还没有岗位"), "{}", home.body);
        for route in routes::table() {
            if !matches!(route.gate, Gate::Deed(_)) || route.method != "GET" {
                continue;
            }
            let path = route.path.replace("{id}", "1").replace("{rule}", "base.card");
            let answer = browser.get(&world, &path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} without a post");
        }

        let id: i64 = again.location.unwrap().rsplit('/').next().unwrap().parse().unwrap();
        given_a_post(&world, [&admin, &guard], id, browser).await;
    }
}

async fn given_a_post(world: &World, [admin, guard]: [&Actor; 2], id: i64, mut before: Browser) {
    let refused = to(world, admin, (id, "post"), &[("post", "coordinator")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "the other power gives posts");
    let missing = to(world, guard, (id, "post"), &[("post", "street_clerk")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.body.contains("不设“街道（乡镇）中心经办人”岗位"), "{}", missing.body);
    let given = to(world, guard, (id, "post"), &[("post", "coordinator")]).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    assert!(!before.is_in(world).await, "new rights begin with a new sign-in");
    let mut browser = Browser::signed_in(world, "qingshan01", PASSWORD).await;
    assert_eq!(browser.get(world, "/people").await.status, StatusCode::OK);
    let auditor = world.clerk("auditor", "990101").await;
    let seen = world.get(&auditor, &format!("/accounts/{id}")).await;
    assert!(seen.body.contains("岗位变动") && seen.body.contains("社区劳动保障协理员"));
    assert!(seen.body.contains("登录会话") && !seen.body.contains("保存岗位"));
}

#[tokio::test]
async fn posts_exist_only_where_they_exist_and_powers_never_meet() {
    for world in World::each().await {
        let guard = world.clerk("security_admin", "990101").await;
        let other = world.clerk("security_admin", "9901").await;
        let office = world.clerk("office_clerk", "990101").await.account;
        let center = world.clerk("street_clerk", "990101001").await.account;
        let station = world.clerk("coordinator", "990101001001").await.account;
        for (account, post, status) in [
            (station, "system_admin", 422),
            (station, "office_lead", 422),
            (station, "nonsense", 422),
            (station, "coordinator", 422),
            (center, "coordinator", 422),
            (center, "approver", 422),
            (office, "agency_clerk", 422),
            (office, "street_clerk", 422),
            (office, "office_lead", 303),
            (office, "system_admin", 303),
            (office, "security_admin", 409),
            (office, "auditor", 409),
            (office, "", 303),
            (office, "auditor", 409),
            (office, "office_clerk", 303),
            (office, "security_admin", 409),
            (office, "system_admin", 303),
            (center, "auditor", 303),
            (guard.account, "auditor", 409),
            (guard.account, "", 409),
            (other.account, "", 404),
        ] {
            let answer = to(&world, &guard, (account, "post"), &[("post", post)]).await;
            assert_eq!(answer.status.as_u16(), status, "{post}: {}", answer.body);
        }
        assert_eq!(post_of(&world, guard.account).await, "security_admin");
    }
}

#[tokio::test]
async fn an_administrator_sees_the_own_places_only() {
    for world in World::each().await {
        let here = world.clerk("coordinator", "990101001001").await;
        let there = world.clerk("coordinator", "990101002001").await;
        for post in ["system_admin", "security_admin", "auditor"] {
            let admin = world.clerk(post, "990101001").await;
            let list = world.get(&admin, "/accounts").await;
            assert!(list.body.contains("coordinator-990101001001"), "{}", list.body);
            assert!(!list.body.contains("990101002001"), "{post} sees another street");
            let wish = "/accounts?find=coordinator&post=coordinator&state=open";
            let found = world.get(&admin, wish).await;
            assert!(found.body.contains("coordinator-990101001001"));
            assert!(!found.body.contains("990101002001"));
            let path = format!("/accounts/{}", there.account);
            assert_eq!(world.get(&admin, &path).await.status, StatusCode::NOT_FOUND);
            let path = format!("/accounts/{}", here.account);
            assert_eq!(world.get(&admin, &path).await.status, StatusCode::OK);
        }
        let admin = world.clerk("system_admin", "990101001").await;
        let guard = world.clerk("security_admin", "990101001").await;
        for (actor, what) in [
            (&admin, "names"),
            (&admin, "move"),
            (&admin, "disable"),
            (&admin, "enable"),
            (&admin, "password"),
            (&guard, "post"),
            (&guard, "sessions/end"),
            (&guard, "totp/remove"),
        ] {
            let org = world.org("990101001001", "station").await.to_string();
            let more = [("name", "taken-over"), ("person_name", "某"), ("org", org.as_str())];
            let answer = to(&world, actor, (there.account, what), &more).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn accounts_are_found_by_name_person_and_organisation_and_paged() {
    for world in World::each().await {
        let admin = world.clerk("system_admin", "990101").await;
        for n in 1..=5 {
            made(&world, &admin, &format!("heron-0{n}")).await;
        }
        for (query, told) in [
            ("find=HERON-03", 1),
            ("find=%E6%9F%B3%E6%96%B0", 5),
            ("find=%E9%9D%92%E5%B1%B1%E7%A4%BE", 5),
            ("find=heron_03", 0),
            ("find=%25", 0),
            ("post=none", 5),
            ("post=none&state=disabled", 0),
        ] {
            let page = world.get(&admin, &format!("/accounts?{query}")).await;
            assert_eq!(page.body.matches("柳新来").count(), told, "{query}: {}", page.body);
        }
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/v1/accounts?find=heron&limit=2&after={after}");
            let answer = world.get(&admin, &path).await;
            let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            for item in told["items"].as_array().unwrap() {
                seen.push(item["name"].as_str().unwrap().to_owned());
            }
            let Some(next) = told["next"].as_str() else { break };
            next.clone_into(&mut after);
        }
        assert_eq!(seen, ["heron-01", "heron-02", "heron-03", "heron-04", "heron-05"]);
    }
}

#[tokio::test]
async fn doors_close_at_once_when_an_account_changes() {
    for world in World::each().await {
        let admin = world.clerk("system_admin", "990101").await;
        let guard = world.clerk("security_admin", "990101").await;
        let clerk = world.clerk("coordinator", "990101001001").await;
        let name = "coordinator-990101001001";
        let other = world.org("990101001002", "station").await.to_string();
        for (actor, what, more) in [
            (&admin, "names", [("name", name), ("person_name", "陶换名")]),
            (&guard, "sessions/end", [("", ""), ("", "")]),
            (&admin, "disable", [("", ""), ("", "")]),
            (&admin, "enable", [("", ""), ("", "")]),
            (&guard, "post", [("post", ""), ("", "")]),
            (&admin, "move", [("org", other.as_str()), ("", "")]),
            (&admin, "password", [("", ""), ("", "")]),
        ] {
            let mut browser = Browser::at("10.0.0.7");
            browser.sign_in(&world, name, PASSWORD).await;
            let operator = Actor::operator(posts::operator());
            let token = give_token(world.db(), &operator, clerk.account, "比对").await.unwrap();
            let was_in = browser.is_in(&world).await;
            assert_eq!(was_in, what != "enable", "{what}");
            let done = to(&world, actor, (clerk.account, what), &more).await;
            assert!(done.status.is_redirection() || what == "password", "{what}: {}", done.body);
            let stays = what == "names";
            assert_eq!(browser.is_in(&world).await, stays, "after {what}");
            let request =
                Request::get("/api/v1/me").header(header::AUTHORIZATION, format!("Bearer {token}"));
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status == StatusCode::OK, stays, "token after {what}");
        }
        assert_eq!(post_of(&world, clerk.account).await, "", "the post stayed behind");
        let page = world.get(&guard, &format!("/accounts/{}", clerk.account)).await;
        assert!(page.body.contains("陶换名") && page.body.contains("松涛社区"), "{}", page.body);
    }
}

#[tokio::test]
async fn a_change_is_for_the_version_that_was_read_and_done_once() {
    for world in World::each().await {
        let admin = world.clerk("system_admin", "990101").await;
        let clerk = world.clerk("coordinator", "990101001001").await;
        let path = format!("/accounts/{}/names", clerk.account);
        let names = [
            ("version", "1"),
            ("name", "qingshan-a"),
            ("person_name", "陶换名"),
            ("idempotency_key", "names-1"),
        ];
        let done = world.post(&admin, &path, &names).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let again = world.post(&admin, &path, &names).await;
        assert_eq!(again.location, done.location);
        assert_eq!(version(&world, clerk.account).await, "2");
        let stale = [("version", "1"), ("name", "qingshan-b"), ("person_name", "陶换名")];
        let stale = world.post(&admin, &path, &stale).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let taken = [("version", "2"), ("name", "system_admin-990101"), ("person_name", "陶")];
        let taken = world.post(&admin, &path, &taken).await;
        assert!(taken.body.contains("已被使用"), "{}", taken.body);
    }
}

/// What somebody may do and see.
async fn rights(world: &World, account: i64) -> (Vec<&'static str>, String) {
    let row = q!(
        "SELECT a.post, o.code FROM accounts a JOIN orgs o ON o.id = a.org WHERE a.id = $1",
        account
    );
    let row = world.db().row(row).await.unwrap().unwrap();
    let post: String = row.get(0).unwrap();
    let deeds = posts::find(&post).map_or(&[][..], |post| post.deeds);
    (deeds.iter().map(|deed| deed.code()).collect(), row.get(1).unwrap())
}

/// Whatever one administrator does to whatever accounts, in whatever order: their own rights stay
/// as they were, and no door opens to them behind which another power stands.
#[tokio::test]
async fn no_walk_of_one_administrator_raises_the_own_rights() {
    for power in POWERS {
        for world in World::each().await {
            walk(&world, power).await;
        }
    }
}

async fn walk(world: &World, power: &str) {
    let mut orgs = Vec::new();
    for (code, kind) in [("9901", "office"), ("990101", "agency"), ("990101001", "center")] {
        orgs.push(world.org(code, kind).await.to_string());
    }
    let walker = world.clerk(power, "990101").await;
    let mut others = Vec::new();
    for post in POWERS.iter().chain(&["office_clerk", "office_lead"]) {
        others.push(world.clerk(post, "990101").await.account);
        others.push(world.clerk(post, "9901").await.account);
    }
    let before = rights(world, walker.account).await;
    let whats = ["post", "move", "password", "disable", "names", "totp/remove", "enable"];
    for n in 0..70_usize {
        let account = others[(n * 7 + 3) % others.len()];
        let (renamed, made) = (format!("walked-{n}"), format!("made-{n}"));
        let mut more = [
            ("post", POSTS[n % POSTS.len()].code),
            ("org", orgs[n % orgs.len()].as_str()),
            ("person_name", "某人"),
            ("name", renamed.as_str()),
        ];
        let what = whats[(n * 5 + n / 7) % whats.len()];
        let answer = to(world, &walker, (account, what), &more).await;
        assert!(!answer.status.is_server_error(), "{what}: {}", answer.body);
        if answer.body.contains("首次密码</dt>") {
            let learned = post_of(world, account).await;
            assert!(!posts::is_power(&learned), "{power} learned the password of {learned}");
        }
        more[3].1 = made.as_str();
        let created = world.post(&walker, "/accounts", &more).await;
        assert!(!created.status.is_server_error(), "{}", created.body);
        assert_eq!(rights(world, walker.account).await, before, "{power} after {what}");
    }
    let made = q!("SELECT COUNT(*) FROM accounts WHERE name LIKE 'made-%' AND post <> ''");
    let made: i64 = world.db().row(made).await.unwrap().unwrap().get(0).unwrap();
    assert_eq!(made, 0, "{power} made an account with a post");
    assert!(world.get(&walker, "/me").await.status.is_success(), "{power} is still in");
}

#[tokio::test]
async fn administrators_are_touched_by_two_hands_only() {
    for world in World::each().await {
        let admin = world.clerk("system_admin", "990101").await;
        let guard = world.clerk("security_admin", "990101").await;
        let auditor = world.clerk("auditor", "990101").await;
        let org = world.org("990101001", "center").await.to_string();
        let more = [("name", "gone"), ("person_name", "某"), ("org", org.as_str())];
        for target in [&guard, &auditor, &admin] {
            for what in ["disable", "password", "names", "move"] {
                let answer = to(&world, &admin, (target.account, what), &more).await;
                assert_eq!(answer.status, StatusCode::CONFLICT, "{what} of {}", target.post);
            }
        }
        let taken = to(&world, &guard, (auditor.account, "post"), &[("post", "")]).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER);
        let disabled = to(&world, &admin, (auditor.account, "disable"), &[]).await;
        assert_eq!(disabled.status, StatusCode::SEE_OTHER, "{}", disabled.body);
        let answer = Browser::at("10.0.0.7").sign_in(&world, "auditor-990101", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("账号或密码不正确"), "nothing is told of it");
    }
}

async fn call(
    world: &World,
    actor: &Actor,
    (method, path): (&str, &str),
    (version, key, body): (&str, &str, &str),
) -> (u16, serde_json::Value) {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
    if !version.is_empty() {
        request = request.header(header::IF_MATCH, format!("\"{version}\""));
    }
    let answer = world.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap())
}

#[tokio::test]
async fn programs_administer_accounts_by_the_same_rules() {
    for world in World::each().await {
        let admin = world.clerk("system_admin", "990101").await;
        let guard = world.clerk("security_admin", "990101").await;
        let org = world.org("990101001001", "station").await;
        let body = format!(r#"{{"name": "api-01", "person_name": "柳新来", "org": {org}}}"#);
        let make = ("POST", "/api/v1/accounts");
        let (status, told) = call(&world, &admin, make, ("", "a1", &body)).await;
        assert_eq!(status, 200, "{told}");
        assert!(told["first_password"].is_string());
        let (status, again) = call(&world, &admin, make, ("", "a1", &body)).await;
        assert_eq!((status, again["first_password"].is_null()), (200, true), "{again}");
        assert_eq!(again["id"], told["id"]);
        let at = |what: &str| format!("/api/v1/accounts/{}{what}", told["id"]);
        let coordinator = r#"{"post": "coordinator"}"#;
        for (n, (actor, what, version, body, expected)) in [
            (&admin, "/post", "1", coordinator, 403),
            (&guard, "/post", "", coordinator, 422),
            (&guard, "/post", "7", coordinator, 412),
            (&guard, "/post", "1", "{}", 422),
            (&guard, "/post", "1", coordinator, 200),
            (&guard, "/disable", "2", "{}", 403),
            (&admin, "/disable", "2", "{}", 200),
            (&admin, "/enable", "3", "{}", 200),
            (&admin, "/password", "4", "{}", 200),
            (&guard, "/sessions/end", "", "{}", 200),
            (&guard, "/second-factor/remove", "", "{}", 409),
        ]
        .into_iter()
        .enumerate()
        {
            let (path, key) = (at(what), format!("b{n}"));
            let sent = (version, key.as_str(), body);
            let (status, told) = call(&world, actor, ("POST", &path), sent).await;
            assert_eq!(status, expected, "{what}: {told}");
        }
        let rename = r#"{"person_name": "柳改名"}"#;
        let (status, told) = call(&world, &admin, ("PATCH", &at("")), ("5", "c1", rename)).await;
        assert_eq!((status, told["name"].as_str()), (200, Some("api-01")), "{told}");
        assert_eq!(told["person_name"], "柳改名");
        let street = world.org("990101001", "center").await;
        let seat = format!(r#"{{"org": {street}}}"#);
        let (status, told) = call(&world, &admin, ("POST", &at("/move")), ("6", "d1", &seat)).await;
        assert_eq!((status, told["post"].as_str()), (200, Some("")), "{told}");
        let posts = world.get(&admin, "/api/v1/posts").await;
        assert!(posts.body.contains("\"group_leader\""));
        let kinds = routes::table().iter().filter(|route| route.kind == Kind::Api).count();
        assert!(kinds > 20);
    }
}

#[tokio::test]
async fn the_posts_are_told_in_words_to_everybody() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let page = world.get(&clerk, "/posts").await;
        assert_eq!(page.status, StatusCode::OK);
        for post in POSTS {
            assert!(page.body.contains(post.name), "{}", post.name);
        }
        assert!(page.body.contains("授予岗位和结束会话") && page.body.contains("您的岗位"));
    }
}
