//! Papers hang on things: whoever sees the thing sees its papers, and nobody else does.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use kernel::{Actor, q};
use serde_json::Value;

use crate::world::{Answer, World};

const HERE: &str = "990101001001";
const PDF: &[u8] = b"%PDF-1.7\nmade up, with a word to be found: heron-on-pine\n%%EOF";

/// Sends a file with the form of the page.
async fn attach(
    world: &World,
    actor: &Actor,
    (of, id): (&str, &str),
    (name, bytes, note): (&str, &[u8], &str),
) -> Answer {
    let (csrf_field, key_field) = (frame::CSRF_FIELD, frame::KEY_FIELD);
    let key = format!("{}-{}", actor.account, bytes.len() + name.len() + note.len());
    let path = format!("/papers?{csrf_field}={}&{key_field}={key}", world.csrf(actor));
    let mut body = Vec::new();
    for (field, value) in [("of", of), ("id", id), ("note", note)] {
        let part = format!("form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(format!("--heron\r\ncontent-disposition: {part}").into_bytes());
    }
    let part = format!("form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend(format!("--heron\r\ncontent-disposition: {part}").into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--heron--\r\n");
    let request = Request::post(path)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=heron");
    world.send(request.body(Body::from(body)).unwrap()).await
}

async fn told(world: &World, actor: &Actor, path: &str) -> Value {
    let answer = world.get(actor, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.says());
    serde_json::from_str(&answer.body).unwrap()
}

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

#[tokio::test]
async fn a_paper_is_kept_sealed_given_out_on_record_and_taken_out_of_use() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let person = world.person(&clerk, "王秀兰", date(1950, 3, 4), HERE).await;
        let (own, of) = (person.to_string(), "person");
        let page = format!("/papers?of=person&id={person}");
        let empty = world.get(&clerk, &page).await;
        assert!(empty.body.contains("还没有附件") && empty.body.contains("上传附件"));
        let seen = world.get(&clerk, &format!("/people/{person}")).await;
        assert!(seen.body.contains(&page.replace('&', "&amp;")), "{}", seen.body);

        for (name, bytes, says) in [
            ("空.pdf", &b""[..], "文件是空的"),
            ("表.pdf", &b"<html><script>alert(1)</script>"[..], "只收 PDF、JPG、PNG 和 OFD"),
            ("程序.png", &b"MZ\x90\x00"[..], "只收 PDF、JPG、PNG 和 OFD"),
        ] {
            let wrong = attach(&world, &clerk, (of, &own), (name, bytes, "")).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(wrong.body.contains(says), "{name}: {}", wrong.body);
        }
        let long = "长".repeat(101);
        let wrong = attach(&world, &clerk, (of, &own), ("表.pdf", PDF, &long)).await;
        assert!(wrong.body.contains("最多 100 个字") && wrong.body.contains(&long));
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM papers")).await, 0);

        let wish = ("../..\\登记表.exe", PDF, "本人签字");
        let done = attach(&world, &clerk, (of, &own), wish).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        let again = attach(&world, &clerk, (of, &own), wish).await;
        assert_eq!(again.location, done.location, "sent twice, kept once");
        let listed = world.get(&clerk, &page).await;
        for says in ["登记表.exe.pdf", "本人签字", "1 KB"] {
            assert!(listed.body.contains(says), "{says}: {}", listed.body);
        }
        let items = told(&world, &clerk, &format!("/api/v1/papers?of=person&id={person}")).await;
        let one = &items["items"][0];
        let (id, kind) = (one["id"].to_string(), one["kind"].as_str().unwrap());
        assert_eq!((kind, one["n_bytes"].as_u64().unwrap()), ("pdf", PDF.len() as u64));
        let file = format!("/papers/{id}/file");
        let given = world.get(&clerk, &file).await;
        assert_eq!((given.status, given.body.as_bytes()), (StatusCode::OK, PDF));
        let head = |name: &str| given.headers[name].to_str().unwrap();
        assert!(head("content-disposition").starts_with("attachment;"));
        assert_eq!(head("content-type"), "application/pdf");
        assert_eq!(head("x-content-type-options"), "nosniff");
        let opened = q!("SELECT COUNT(*) FROM audit WHERE detail LIKE '%打开附件%'");
        assert_eq!(n(&world, opened).await, 1, "opening leaves a row");
        sealed(&world).await;

        let void = format!("/papers/{id}/void");
        let unsaid = world.post(&clerk, &void, &[("version", "1")]).await;
        assert!(unsaid.body.contains("请写明作废的原因"), "{}", unsaid.body);
        let stale = world.post(&clerk, &void, &[("version", "9"), ("reason", "传错了")]).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let done = world.post(&clerk, &void, &[("version", "1"), ("reason", "传错了")]).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        let twice = world.post(&clerk, &void, &[("version", "2"), ("reason", "传错了")]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert_eq!(world.get(&clerk, &file).await.status, StatusCode::CONFLICT);
        let listed = world.get(&clerk, &page).await;
        assert!(listed.body.contains("已作废") && !listed.body.contains(&file));
    }
}

/// Nothing of the bytes stands in the database as it came.
async fn sealed(world: &World) {
    let rows = world.db().rows(q!("SELECT content FROM paper_pieces LIMIT 9")).await.unwrap();
    assert_eq!(rows.len(), 1);
    let bytes: Vec<u8> = rows[0].get(0).unwrap();
    assert!(!bytes.windows(5).any(|part| part == b"heron"));
}

#[tokio::test]
async fn whoever_does_not_see_the_thing_sees_no_paper_of_it() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let office = world.clerk("office_clerk", "990101").await;
        let person = world.person(&clerk, "王秀兰", date(1950, 3, 4), HERE).await.to_string();
        let file = [("person", &*person), ("from", "青山机械厂"), ("volumes", "1")];
        let file = world.post(&office, "/archives", &file).await.location.unwrap();
        let file = file.split(['/', '?']).nth(2).unwrap().to_owned();
        let at = ("archive", &*file);
        let done = attach(&world, &office, at, ("回执.pdf", PDF, "")).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        let id = n(&world, q!("SELECT MAX(id) FROM papers")).await;

        // The station sees where its retiree's file is, and its papers; it adds none.
        let seen = world.get(&clerk, &format!("/papers?of=archive&id={file}")).await;
        assert!(seen.body.contains("回执.pdf") && !seen.body.contains("上传附件"));
        let denied = attach(&world, &clerk, at, ("回执.pdf", PDF, "另一份")).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        let denied = [("version", "1"), ("reason", "传错了")];
        let denied = world.post(&clerk, &format!("/papers/{id}/void"), &denied).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);

        for (post, place) in [("street_clerk", "990101002"), ("office_clerk", "990102")] {
            let outsider = world.clerk(post, place).await;
            for path in [
                format!("/papers?of=archive&id={file}"),
                format!("/papers/{id}"),
                format!("/papers/{id}/file"),
                format!("/api/v1/papers/{id}/file"),
            ] {
                let answer = world.get(&outsider, &path).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{post} {path}");
            }
            let foreign = attach(&world, &outsider, at, ("回执.pdf", PDF, "")).await;
            assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        }
        for path in ["/papers", "/papers?of=moon&id=1", "/papers?of=person&id=x"] {
            assert_eq!(world.get(&clerk, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let leader = world.clerk("group_leader", "990101001001-01").await;
        let barred = world.get(&leader, &format!("/papers/{id}")).await;
        assert_eq!(barred.status, StatusCode::FORBIDDEN);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM papers")).await, 1);
    }
}
