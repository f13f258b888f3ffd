//! The project's own checks, `cargo xtask tidy`, and its figures, `cargo xtask bench`.
//!
//! Text scanning only, so that it builds in seconds and runs before everything else.

mod banned;
mod floors;
mod glossary;
mod law;
mod rooms;
mod rust;
mod sizes;
mod sql;
mod tidy;
mod tree;

use std::path::Path;
use std::process::ExitCode;

use tree::Tree;

const USAGE: &str =
    "usage: cargo xtask tidy [FOLDER]\n       cargo xtask bench [--people N] [--only NAME]";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy(&project()),
        ["tidy", folder] => tidy(Path::new(folder)),
        ["bench", ..] => bench(&arguments[1..]),
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

/// The workspace: the folder above this crate.
fn project() -> std::path::PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Prints every finding; 1 when there is any.
fn tidy(root: &Path) -> anyhow::Result<ExitCode> {
    let tree = Tree::read(root)?;
    let findings = tidy::findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    eprintln!("tidy: {} files, {} findings", tree.files.len(), findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Measures the built product and prints a table; see `app/benches/figures`.
fn bench(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    command.args(["bench", "--package", "songhe", "--bench", "figures", "--"]);
    let status = command.args(arguments).current_dir(project()).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
