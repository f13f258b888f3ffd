//! 附件：扫描件和电子文件，加密保存，挂在所办的事情上；作废的不再给出，记录留下。
//!
//! Owns: `papers`, `paper_pieces`. Uses: nothing.
//!
//! What a paper hangs on is a word and a number; whoever lets somebody see the thing lets them see
//! its papers.

pub mod store;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use kernel::{Act, Actor, Problem};

use crate::web::Handed;
use store::{About, NewPaper, Paper};

/// A paper holds at most so many bytes.
pub const MOST_BYTES: u64 = 20 << 20;
/// At most so many papers hang on one thing, void ones among them.
pub const MOST: i64 = 50;
/// Endings of files that are taken.
pub const ENDINGS: &str = ".pdf,.jpg,.jpeg,.png,.ofd";

/// What a file is, told by its bytes and never by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    Jpeg,
    Png,
    /// GB/T 33190, the national format of electronic documents.
    Ofd,
}

impl Kind {
    pub const ALL: &'static [Self] = &[Self::Pdf, Self::Jpeg, Self::Png, Self::Ofd];

    /// The stored code, which is the ending of its name too.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Ofd => "ofd",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// The media type with which it is given out.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Ofd => "application/ofd",
        }
    }

    /// What a file of these bytes is.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
        let holds = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            _ if bytes.starts_with(PNG) => Some(Self::Png),
            [b'P', b'K', 3, 4, ..] if holds(b"OFD.xml") => Some(Self::Ofd),
            _ => None,
        }
    }
}

fn wrong(says: impl Into<String>) -> Problem {
    Problem::field("file", says)
}

/// What a file is that was handed in, and its bytes.
fn judge(file: &Handed) -> Result<(Kind, Vec<u8>), Problem> {
    if file.n_bytes > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(wrong(format!("附件最大 {most} MiB，请降低扫描的分辨率或分成几份上传")));
    }
    let bytes = read(file.path())?;
    match Kind::of(&bytes) {
        Some(kind) => Ok((kind, bytes)),
        None => Err(wrong("只收 PDF、JPG、PNG 和 OFD 文件；这个文件不是，请另存后再上传")),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let fault = |cause: std::io::Error| Problem::Fault(cause.into());
    let mut bytes = Vec::new();
    File::open(path).map_err(fault)?.take(MOST_BYTES).read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

/// A name without the numbers of people that it may hold: names are shown and written to the trail.
fn without_numbers(name: &str) -> String {
    let (mut kept, mut run) = (String::new(), String::new());
    for c in name.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() || !run.is_empty() && matches!(c, 'x' | 'X') {
            run.push(c);
            continue;
        }
        kept.push_str(if run.chars().count() < 9 { &run } else { "号码略" });
        run.clear();
        kept.push(c);
    }
    kept.trim_end_matches('\0').to_owned()
}

/// The name with the ending that its bytes have, without numbers of people.
fn named(name: &str, kind: Kind) -> String {
    let name = &without_numbers(name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let fits = ending == kind.code() || kind == Kind::Jpeg && ending == "jpeg";
    if fits { name.to_owned() } else { format!("{name}.{}", kind.code()) }
}

/// Keeps a file that was handed in as a paper of a thing, in the act of the caller.
///
/// # Errors
/// Field problems for a file that is no paper, a note that is too long, or when the thing has as
/// many as it may.
pub async fn add(
    act: &mut Act,
    actor: &Actor,
    (about, file, note): (About<'_>, &Handed, &str),
) -> Result<Paper, Problem> {
    let (kind, bytes) = judge(file)?;
    if note.chars().count() > 100 || note.chars().any(char::is_control) {
        return Err(Problem::field("note", "说明最多 100 个字"));
    }
    if note.chars().filter(char::is_ascii_digit).count() > 8 {
        return Err(Problem::field("note", "这里不要写证件号码或电话"));
    }
    if store::n_of(act, about).await? >= MOST {
        return Err(wrong(format!("一件事情最多 {MOST} 份附件")));
    }
    let id = act.new_id()?;
    let name = named(&file.name, kind);
    let new = NewPaper {
        id,
        name: &name,
        kind: kind.code(),
        n_bytes: i64::try_from(file.n_bytes).unwrap_or(i64::MAX),
        checksum: &file.checksum,
        note,
        body: &actor.org_name,
    };
    store::insert(act, about, &new).await?;
    store::keep(act, id, &bytes).await?;
    store::find(act, id).await?.ok_or(Problem::NotFound)
}

/// Takes a paper out of use.
///
/// # Errors
/// A field problem without a reason; a refusal when it is void already; [`Problem::Stale`] when
/// somebody was faster.
pub async fn void(
    act: &mut Act,
    (paper, version): (&Paper, i64),
    why: &str,
) -> Result<(), Problem> {
    if !(2..=100).contains(&why.chars().count()) || why.chars().any(char::is_control) {
        return Err(Problem::field("reason", "请写明作废的原因，2 至 100 个字"));
    }
    if paper.voided_on.is_some() {
        return Err(Problem::refused("void", "这份附件已经作废"));
    }
    if !store::void(act, (paper.id, version), why).await? {
        return Err(Problem::Stale);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let table: &[(&[u8], Option<Kind>)] = &[
            (b"%PDF-1.7 ...", Some(Kind::Pdf)),
            (b"\xFF\xD8\xFF\xE0..JFIF", Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....", Some(Kind::Png)),
            (b"PK\x03\x04....OFD.xml", Some(Kind::Ofd)),
            (b"PK\x03\x04....word/document.xml", None),
            (b"<html><script>", None),
            (b"MZ\x90", None),
            (b"", None),
        ];
        for (bytes, kind) in table {
            assert_eq!(Kind::of(bytes), *kind, "{bytes:?}");
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        }
    }

    #[test]
    fn the_name_ends_as_its_bytes_do() {
        let table = [
            ("协议书.pdf", Kind::Pdf, "协议书.pdf"),
            ("照片.JPEG", Kind::Jpeg, "照片.JPEG"),
            ("协议书.exe", Kind::Pdf, "协议书.exe.pdf"),
            ("协议书", Kind::Png, "协议书.png"),
            ("王秀兰99010119500304123X.pdf", Kind::Pdf, "王秀兰号码略.pdf"),
            ("20260506协议.pdf", Kind::Pdf, "20260506协议.pdf"),
        ];
        for (name, kind, as_kept) in table {
            assert_eq!(named(name, kind), as_kept);
        }
    }
}
