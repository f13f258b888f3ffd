//! 静态文件：样式、脚本与图标，编进程序，按内容取名。
//!
//! A name contains the hash of its bytes, so that a browser may keep a file for ever.

use std::sync::LazyLock;

/// A file that is compiled into the program.
pub struct Asset {
    /// The name that code uses, such as `songhe.css`.
    pub name: &'static str,
    /// The path that browsers ask for, such as `/assets/songhe.0123456789abcdef.css`.
    pub path: String,
    /// The media type, with its character set for text.
    pub mime: &'static str,
    pub bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All files, with their paths worked out once.
pub static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        asset("songhe.css", CSS, include_bytes!("../assets/songhe.css")),
        asset("songhe.js", SCRIPT, include_bytes!("../assets/songhe.js")),
        asset("htmx.min.js", SCRIPT, include_bytes!("../assets/htmx.min.js")),
        asset("songhe.svg", "image/svg+xml", include_bytes!("../assets/songhe.svg")),
    ]
});

/// The file that a browser asks for by its hashed path; `None` if there is none.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// The hashed path of the file with this name. A name that is not known is given back under
/// `/assets/`, where the server will answer that there is no such file.
pub fn path(name: &str) -> String {
    let known = ASSETS.iter().find(|asset| asset.name == name);
    known.map_or_else(|| format!("/assets/{name}"), |asset| asset.path.clone())
}

fn asset(name: &'static str, mime: &'static str, bytes: &'static [u8]) -> Asset {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let path = format!("/assets/{stem}.{:016x}.{ending}", fnv1a(bytes));
    Asset { name, path, mime, bytes }
}

/// FNV-1a, 64 bits: names files, and protects nothing.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
