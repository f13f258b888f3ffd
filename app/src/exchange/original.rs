//! The file of an import as it was sent, for whoever sent it and for those who may take whole
//! numbers out of the house.

use std::io::BufWriter;

use axum::extract::{Path, State as Given};
use axum::http::header;
use axum::response::Response;
use kernel::{Actor, Problem};

use super::export_file::Made;
use super::store::Import;
use super::{files, find};
use crate::deeds;
use crate::web::page::encoded;
use crate::web::{Me, Shared};

/// Whether somebody is offered the file as it was sent.
#[must_use]
pub fn is_offered(actor: &Actor, import: &Import) -> bool {
    import.account == actor.account || actor.can(deeds::PEOPLE_EXPORT_FULL)
}

/// The file as it was sent.
pub async fn download(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    given(&app, &actor, id).await
}

/// The file as it was sent, for programs.
#[utoipa::path(get, path = "/api/v1/imports/{id}/file", tag = "imports",
    params(("id" = i64, Path)),
    responses((status = 200, description = "收到的文件本身，一字不差"), (status = 404),
        (status = 409, description = "已过保存期限（no-file）")))]
pub async fn send(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    given(&app, &actor, id).await
}

async fn given(app: &Shared, actor: &Actor, id: i64) -> Result<Response, Problem> {
    let import = find(app, actor, id).await?;
    if import.account != actor.account {
        actor.may(deeds::PEOPLE_EXPORT_FULL)?;
    }
    if !files::has_file(&app.db, id).await? {
        return Err(Problem::refused("no-file", "原文件已过 30 天，不再保存"));
    }
    super::told_whole(app, actor, id, "下载收到的原文件").await?;
    let kept = files::fetch(&app.db, id).await?.into_file();
    let made = Made::of(BufWriter::new(kept), 0).map_err(files::fault)?;
    // Whatever the sender called it, a browser keeps it and shows nothing of it.
    let end = ending(&import.file_name);
    let name = encoded(&import.file_name);
    let shown = format!("attachment; filename=\"import-{id}.{end}\"; filename*=UTF-8''{name}");
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CONTENT_LENGTH, made.n_bytes)
        .header(header::CONTENT_DISPOSITION, shown);
    response.body(made.body()).map_err(|cause| anyhow::Error::from(cause).into())
}

/// The ending of a name when it is a plain one.
fn ending(name: &str) -> &str {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let plain = (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { end } else { "bin" }
}

#[cfg(test)]
mod tests {
    use super::ending;

    #[test]
    fn only_plain_endings_are_kept() {
        for (name, end) in [
            ("名册.xlsx", "xlsx"),
            ("a.b.CSV", "CSV"),
            ("名册", "bin"),
            ("x.\"; filename=evil", "bin"),
            ("x.表", "bin"),
            ("x.", "bin"),
        ] {
            assert_eq!(ending(name), end, "{name}");
        }
    }
}
