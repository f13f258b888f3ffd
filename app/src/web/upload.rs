//! A file that is handed in: streamed into a temporary file of an opaque name, within a limit, and
//! never served back as it came.

use std::io::Write;
use std::path::Path;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use kernel::vault::hex;
use kernel::{Actor, Problem};
use maud::Markup;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::gate::FILE_LIMIT;
use super::{Fields, Shared, csrf, new_key};

/// A field that is no file holds at most so many bytes.
const TEXT_LIMIT: usize = 64 << 10;
/// A name is kept up to so many characters.
const NAME_LIMIT: usize = 120;

/// A file that was handed in. The temporary file goes when this does.
#[derive(Debug)]
pub struct Handed {
    /// As the sender called it, without folders. To be shown, never to be used as a path.
    pub name: String,
    pub n_bytes: u64,
    /// SHA-256, in hexadecimal.
    pub checksum: String,
    kept: NamedTempFile,
}

impl Handed {
    /// A file of these bytes.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Self, Problem> {
        let mut handed = Writer::new()?;
        handed.write(bytes)?;
        handed.end(name)
    }

    /// Where the bytes are for now.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.kept.path()
    }
}

/// A form with a file in it. Only the first file is taken; none when nothing was chosen.
#[derive(Debug, Default)]
pub struct Upload {
    pub fields: Fields,
    pub file: Option<Handed>,
}

impl Upload {
    /// The file, or a field problem that asks for one.
    ///
    /// # Errors
    /// When nothing was chosen, or the file is empty.
    pub fn file(self, field: &str) -> Result<Handed, Problem> {
        let file = self.file.ok_or_else(|| Problem::field(field, "请选择要上传的文件"))?;
        if file.n_bytes == 0 {
            return Err(Problem::field(field, "文件是空的，请检查后重新选择文件"));
        }
        Ok(file)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        DefaultBodyLimit::max(FILE_LIMIT).apply(&mut request);
        let form = Multipart::from_request(request, state).await;
        let mut form = form.map_err(|_| Problem::field("file", "请选择要上传的文件"))?;
        let mut upload = Self::default();
        while let Some(field) = form.next_field().await.map_err(torn)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            match file_name {
                Some(file_name) if upload.file.is_none() && !file_name.is_empty() => {
                    upload.file = Some(keep(field, &file_name).await?);
                }
                Some(_) => {}
                None => upload.fields.0.push((name, text(field).await?)),
            }
        }
        Ok(upload)
    }
}

/// A form that hands a file in. The gate reads token and key from the address, so that it need
/// not read the file first.
#[must_use]
pub fn upload_form(app: &Shared, actor: &Actor, action: &str, body: Markup) -> Markup {
    let (token, key) = (csrf(app, actor.session), new_key());
    let joint = if action.contains('?') { '&' } else { '?' };
    let (csrf_field, key_field) = (frame::CSRF_FIELD, frame::KEY_FIELD);
    let action = format!("{action}{joint}{csrf_field}={token}&{key_field}={key}");
    frame::form_upload(&action, &token, &key, body)
}

async fn keep(mut field: Field<'_>, file_name: &str) -> Result<Handed, Problem> {
    let mut handed = Writer::new()?;
    while let Some(bytes) = field.chunk().await.map_err(torn)? {
        handed.write(&bytes)?;
    }
    handed.end(file_name)
}

/// A file while it is coming in.
struct Writer {
    kept: NamedTempFile,
    n_bytes: u64,
    digest: Sha256,
}

impl Writer {
    fn new() -> Result<Self, Problem> {
        let kept = tempfile::Builder::new().prefix("songhe-").tempfile().map_err(fault)?;
        Ok(Self { kept, n_bytes: 0, digest: Sha256::new() })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > FILE_LIMIT as u64 {
            return Err(too_large());
        }
        self.digest.update(bytes);
        self.kept.write_all(bytes).map_err(fault)
    }

    fn end(mut self, file_name: &str) -> Result<Handed, Problem> {
        self.kept.flush().map_err(fault)?;
        Ok(Handed {
            name: tidy_name(file_name),
            n_bytes: self.n_bytes,
            checksum: hex(&self.digest.finalize()),
            kept: self.kept,
        })
    }
}

fn fault(cause: std::io::Error) -> Problem {
    Problem::Fault(cause.into())
}

async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await.map_err(torn)? {
        if bytes.len() + more.len() > TEXT_LIMIT {
            return Err(Problem::refused("too-large", "提交的内容过大，请分次提交"));
        }
        bytes.extend_from_slice(&more);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The name alone: some senders give the whole path.
fn tidy_name(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(NAME_LIMIT).collect();
    if shown.trim().is_empty() { "未命名".to_owned() } else { shown }
}

fn torn(cause: MultipartError) -> Problem {
    if cause.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::refused("bad-upload", "文件没有传完整，请重新上传")
}

/// More than the house takes in one file.
pub fn too_large() -> Problem {
    let sentence = format!("文件超过 {} MiB，请拆成几个文件后再上传", FILE_LIMIT >> 20);
    Problem::refused("too-large", sentence)
}
