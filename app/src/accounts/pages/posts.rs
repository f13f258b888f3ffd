//! Posts and what they include, read both ways: what may this post do, and who may do this.

use axum::extract::State;
use frame::{Col, Markup, Table, Tone};
use maud::html;

use crate::accounts::posts::{POSTS, Post, is_power};
use crate::accounts::{deeds, posts};
use crate::codes;
use crate::web::{Me, Shared, page};

pub async fn table(State(app): State<Shared>, Me(actor): Me) -> Markup {
    let columns = vec![Col::head("岗位"), Col::text("设在哪里"), Col::text("能办的事")];
    let rows = POSTS.iter().map(|post| {
        let names: Vec<&str> = post.deeds.iter().map(|deed| deed.name()).collect();
        vec![
            html! {
                (post.name)
                @if post.code == actor.post { " " (frame::tag(Tone::Info, "您的岗位")) }
            },
            frame::text(place(post)),
            frame::text(names.join("、")),
        ]
    });
    let back_columns = vec![Col::head("事项"), Col::text("哪些岗位能办")];
    let back = deeds::ALL.iter().map(|deed| {
        let able: Vec<&str> =
            POSTS.iter().filter(|post| post.deeds.contains(deed)).map(|post| post.name).collect();
        vec![frame::text(deed.name()), frame::text(words(&able))]
    });
    let powers: Vec<&str> =
        POSTS.iter().filter(|post| is_power(post.code)).map(|post| post.name).collect();
    let body = html! {
        p { (powers.join("、")) "三种权力分属不同的账号，一个账号不能先后担任其中两种；\
            他们都看不到退休人员。没有岗位的账号可以登录，但不能办事。" }
        p { "您的岗位：" (posts::name_of(&actor.post)) "。所有岗位都只看得到本机构和下级机构。" }
        (frame::table(Table::new("各岗位能办的事", columns).rows(rows.collect())))
        h2 { "这件事谁能办" }
        (frame::table(Table::new("各事项由哪些岗位办理", back_columns).rows(back.collect())))
        (frame::print_button())
    };
    page(&app, &actor, "岗位权限", body).render()
}

/// What all may do is told in one word.
fn words(able: &[&str]) -> String {
    if able.len() == POSTS.len() { "所有岗位".to_owned() } else { able.join("、") }
}

fn place(post: &Post) -> String {
    let levels: Vec<&str> = post.levels.iter().map(|level| codes::level_name(level)).collect();
    let kinds: Vec<&str> =
        post.kinds.iter().map(|kind| codes::name_of(codes::ORG_KINDS, kind)).collect();
    match (levels.len(), kinds.len()) {
        (1, _) | (_, 2..) => kinds.join("、"),
        _ => format!("{}的{}", levels.join("、"), kinds.join("、")),
    }
}
