//! The first set-up: a one-time code, two administrators, and a page that is gone afterwards.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use kernel::{Actor, q};
use songhe::accounts::posts;
use songhe::accounts::setup::new_code;

use crate::browser::{Browser, between};
use crate::world::{Answer, World};

const TYPED: [(&str, &str); 7] = [
    ("code", ""),
    ("org_code", "990101"),
    ("org_name", "东区退管办"),
    ("name0", "admin-lin"),
    ("person_name0", "林管理"),
    ("name1", "guard-shi"),
    ("person_name1", "石安全"),
];

fn with<'a>(at: usize, value: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut typed = TYPED.to_vec();
    typed[0].1 = code;
    typed[at].1 = value;
    typed
}

async fn code(world: &World) -> String {
    new_code(world.db(), &Actor::operator(posts::operator())).await.unwrap()
}

async fn setup(world: &World, typed: &[(&str, &str)]) -> Answer {
    Browser::at("10.0.0.7").post(world, "/setup", typed).await
}

async fn n_accounts(world: &World) -> i64 {
    let row = world.db().row(q!("SELECT COUNT(*) FROM accounts")).await.unwrap().unwrap();
    row.get(0).unwrap()
}

#[tokio::test]
async fn an_empty_house_is_founded_by_two_people() {
    for world in World::each_empty().await {
        let page = Browser::at("10.0.0.7").get(&world, "/setup").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("一次性代码") && page.body.contains("机构名称"));
        let old = code(&world).await;
        let good = code(&world).await;
        for (at, value, sentence) in [
            (0, "", "一次性代码不正确"),
            (0, "abcd-abcd-abcd-abcd", "一次性代码不正确"),
            (0, old.as_str(), "一次性代码不正确"),
            (1, "99010", "请填写市 4 位"),
            (1, "990101001001", "请填写市 4 位"),
            (2, "", "请填写机构名称"),
            (3, "林", "账号为 3–40 位"),
            (4, "", "请填写使用人姓名"),
            (5, "admin-lin", "这个账号名已被使用"),
            (6, "林管理", "须由不同的人担任"),
        ] {
            let answer = setup(&world, &with(at, value, &good)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {value}");
            assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
            assert!(answer.body.contains("东区退管办") || at == 2, "what was typed is kept");
        }
        assert_eq!(n_accounts(&world).await, 0);
        let typed = good.replace('-', "").to_uppercase();
        let done = setup(&world, &with(0, &typed, &typed)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let mut passwords = done.body.split("首次密码</dt><dd><code>").skip(1);
        let passwords: [&str; 2] =
            std::array::from_fn(|_| passwords.next().unwrap().split('<').next().unwrap());
        assert_ne!(passwords[0], passwords[1]);

        for (name, password, page, other) in [
            ("admin-lin", passwords[0], "/accounts/new", "/audit"),
            ("guard-shi", passwords[1], "/accounts", "/accounts/new"),
        ] {
            let mut browser = Browser::at("10.0.0.7");
            let answer = browser.sign_in(&world, name, password).await;
            assert_eq!(answer.location.as_deref(), Some("/me/password"));
            let early = browser.get(&world, page).await;
            assert_eq!(early.location.as_deref(), Some("/me/password"), "the first one is changed");
            let new = [("old", password), ("new", "heron-on-pine-7"), ("again", "heron-on-pine-7")];
            let changed = browser.post(&world, "/me/password", &new).await;
            assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
            assert_eq!(browser.get(&world, page).await.status, StatusCode::OK);
            assert_eq!(browser.get(&world, other).await.status, StatusCode::FORBIDDEN);
        }
    }
}

#[tokio::test]
async fn the_page_is_gone_once_there_are_accounts() {
    for world in World::each_empty().await {
        let good = code(&world).await;
        let done = setup(&world, &with(0, &good, &good)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let again = setup(&world, &with(3, "somebody", &good)).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        let gone = Browser::at("10.0.0.7").get(&world, "/setup").await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        let nowhere = Request::get("/no-such-page").body(Body::empty()).unwrap();
        assert_eq!(gone.body, world.send(nowhere).await.body, "as if there never was one");
        assert_eq!(n_accounts(&world).await, 2);
        let operator = Actor::operator(posts::operator());
        assert!(new_code(world.db(), &operator).await.is_err(), "no code for a founded house");
        let kept = q!("SELECT COUNT(*) FROM setup_codes WHERE code LIKE $1", format!("%{good}%"));
        let kept: i64 = world.db().row(kept).await.unwrap().unwrap().get(0).unwrap();
        assert_eq!(kept, 0, "the code itself is not kept");
    }
}

#[tokio::test]
async fn a_code_is_good_for_a_day() {
    for world in World::each_empty().await {
        let start = 1_778_040_000;
        let good = code(&world.at(start)).await;
        for (seconds, status) in [(24 * 3600, 422), (24 * 3600 - 1, 200)] {
            let later = world.at(start + seconds);
            let answer = setup(&later, &with(0, &good, &good)).await;
            assert_eq!(answer.status.as_u16(), status, "{seconds}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn organisations_that_are_there_are_chosen_from() {
    for world in World::each().await {
        let good = code(&world).await;
        let page = Browser::at("10.0.0.7").get(&world, "/setup").await;
        assert!(page.body.contains("示范市退管中心") && !page.body.contains("机构名称"));
        assert!(!page.body.contains("东区退管办"), "only the topmost ones");
        let city = world.org("9901", "office").await.to_string();
        let below = world.org("990101", "office").await.to_string();
        let answer = setup(&world, &with(1, &below, &good)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = setup(&world, &with(1, &city, &good)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let password = between(&done.body, "首次密码</dt><dd><code>", "</code>");
        let mut browser = Browser::signed_in(&world, "admin-lin", password).await;
        let home = browser.get(&world, "/me/password").await;
        assert!(home.body.contains("示范市退管中心"), "{}", home.body);
    }
}
