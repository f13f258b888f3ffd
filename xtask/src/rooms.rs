//! What a room says about itself in its header, and whether it is so.

use std::collections::{BTreeMap, BTreeSet};

use crate::floors::{floor_of, objection, rooms};
use crate::rust::{Source, words};
use crate::tidy::Finding;
use crate::tree::Tree;

#[cfg(test)]
mod tests;

/// The words `Owns:` and `Uses:` of a header.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub owns: Option<Vec<String>>,
    pub uses: Option<Vec<String>>,
}

/// Reads the `//!` lines at the top of a file.
pub fn header(text: &str) -> Header {
    let lines: Vec<&str> =
        text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let text = lines.join(" ");
    Header { owns: listed(&text, "Owns:"), uses: listed(&text, "Uses:") }
}

/// Names in backticks after `label`, up to the full stop; `nothing` is the empty list.
fn listed(text: &str, label: &str) -> Option<Vec<String>> {
    let after = &text[text.find(label)? + label.len()..];
    let list = after.split(['.', ':']).next().unwrap_or(after);
    let names: Vec<String> =
        list.split('`').skip(1).step_by(2).map(|name| name.trim().to_owned()).collect();
    (!names.is_empty() || !words(list, "nothing").is_empty()).then_some(names)
}

/// Who owns which table: rooms by their name, `kernel` by its own.
pub fn owners(tree: &Tree) -> BTreeMap<String, Vec<&'static str>> {
    let mut owners: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for owner in rooms().chain(["kernel"]) {
        let Some(text) = tree.files.get(&header_path(owner)) else {
            continue;
        };
        for table in header(text).owns.unwrap_or_default() {
            owners.entry(table).or_default().push(owner);
        }
    }
    owners
}

/// The file that carries the header of a room or of the kernel.
pub fn header_path(owner: &str) -> String {
    match owner {
        "kernel" => "kernel/src/lib.rs".to_owned(),
        room => format!("app/src/{room}/mod.rs"),
    }
}

/// The room a file belongs to: `app/src/visits/store.rs` is of `visits`.
pub fn room_of(path: &str) -> Option<&str> {
    let room = path.strip_prefix("app/src/")?.split_once('/')?.0;
    floor_of(room).map(|_| room)
}

/// Headers, owners and uses of every room.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = two_owners(tree);
    for room in rooms() {
        let path = header_path(room);
        if let Some(text) = tree.files.get(&path) {
            findings.extend(header_findings(&path, text));
            findings.extend(use_findings(tree, room, &header(text)));
        } else if tree.files.keys().any(|path| room_of(path) == Some(room)) {
            findings.push(Finding::new(&path, 1, "room", "a room has its header in mod.rs"));
        }
    }
    findings.extend(strangers(tree));
    findings
}

fn two_owners(tree: &Tree) -> Vec<Finding> {
    let shared = owners(tree).into_iter().filter(|(_, owners)| owners.len() > 1);
    shared
        .map(|(table, owners)| {
            let says = format!("`{table}` is owned by {}: one owner only", owners.join(" and "));
            Finding::new(&header_path(owners[1]), 1, "owner", says)
        })
        .collect()
}

fn header_findings(path: &str, text: &str) -> Vec<Finding> {
    let first = text.lines().next().unwrap_or_default();
    let mut findings = Vec::new();
    if !first.strip_prefix("//! ").is_some_and(|line| line.chars().any(is_chinese)) {
        let says = "begin with one Chinese line: //! what the office does here";
        findings.push(Finding::new(path, 1, "room", says));
    }
    let header = header(text);
    for (label, list) in [("Owns", &header.owns), ("Uses", &header.uses)] {
        if list.is_none() {
            let says = format!("the header has no `{label}: …`: name them in backticks or nothing");
            findings.push(Finding::new(path, 1, "room", says));
        }
    }
    findings
}

/// A Chinese character.
pub fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

fn use_findings(tree: &Tree, room: &str, header: &Header) -> Vec<Finding> {
    let path = header_path(room);
    let named = header.uses.clone().unwrap_or_default();
    let mut findings = Vec::new();
    for other in &named {
        if floor_of(other).is_none() {
            let says = format!("`{other}` under Uses is no room: see xtask/src/floors.rs");
            findings.push(Finding::new(&path, 1, "uses", says));
        } else if let Some(says) = objection(room, other) {
            findings.push(Finding::new(&path, 1, "uses", says));
        }
    }
    let mut used = BTreeSet::new();
    for (path, source) in tree.sources().filter(|(path, _)| room_of(path) == Some(room)) {
        for (line, other) in rooms_used(source).into_iter().filter(|(_, other)| *other != room) {
            used.insert(other);
            if !named.iter().any(|name| name == other) {
                let says = format!("`{room}` uses `{other}`, which its header does not name");
                findings.push(Finding::new(path, line, "uses", says));
            }
        }
    }
    let reads = owners_read(tree, room);
    let is_idle = |other: &&String| !used.contains(other.as_str()) && !reads.contains(*other);
    for other in named.iter().filter(is_idle) {
        let says = format!("`{other}` stands under Uses and is not used: take it out");
        findings.push(Finding::new(&path, 1, "uses", says));
    }
    findings
}

/// The owners of the tables that a room's statements read.
fn owners_read(tree: &Tree, room: &str) -> BTreeSet<String> {
    let owners = owners(tree);
    let mut read = BTreeSet::new();
    for (_, source) in tree.sources().filter(|(path, _)| room_of(path) == Some(room)) {
        for literal in source.literals.iter().filter(|literal| !literal.is_test) {
            let mut before = "";
            for word in literal.text.split(|c: char| !c.is_alphanumeric() && c != '_') {
                if matches!(before, "FROM" | "JOIN") {
                    read.extend(owners.get(word).into_iter().flatten().map(ToString::to_string));
                }
                before = if word.is_empty() { before } else { word };
            }
        }
    }
    read
}

/// `crate::visits`, `super::super::visits`, `crate::{visits, …}` outside tests.
fn rooms_used(source: &Source) -> Vec<(usize, &'static str)> {
    let mut used = Vec::new();
    let mut in_group = false;
    for (line, code) in source.product() {
        in_group = in_group || code.contains("crate::{");
        for room in rooms() {
            let is_path = words(code, room).into_iter().any(|offset| {
                let before = &code[..offset];
                before.ends_with("crate::")
                    || before.ends_with("super::super::")
                    || (in_group && opens_path(before))
            });
            if is_path {
                used.push((line, room));
            }
        }
        in_group = in_group && !code.contains(';');
    }
    used
}

/// In `use crate::{…}` a path begins after a bracket, a comma or at the start of the line.
fn opens_path(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(['{', ','])
}

/// A folder with a header of a room that stands on no floor.
fn strangers(tree: &Tree) -> Vec<Finding> {
    let is_header = |path: &str| path.starts_with("app/src/") && path.ends_with("/mod.rs");
    tree.like(is_header)
        .filter(|(path, text)| room_of(path).is_none() && header(text).owns.is_some())
        .map(|(path, _)| {
            Finding::new(path, 1, "room", "a room on no floor: add it to xtask/src/floors.rs")
        })
        .collect()
}
