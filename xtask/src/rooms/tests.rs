use super::*;

const CARDS: &str = "//! 街道向每位退休人员发放联系卡。\n\
    //! Owns: `cards`, `card_batches`. Uses: `registry`, `orgs`.\n\
    use crate::registry::Person;\nuse crate::orgs;\n";

fn says(files: &[(&str, &str)]) -> Vec<String> {
    check(&Tree::sample(files)).iter().map(ToString::to_string).collect()
}

fn found(files: &[(&str, &str)], part: &str) -> usize {
    says(files).iter().filter(|says| says.contains(part)).count()
}

#[test]
fn a_true_header_is_accepted() {
    assert_eq!(says(&[("app/src/cards/mod.rs", CARDS)]), Vec::<String>::new());
    let nothing = "//! 组织机构与其沿革。\n//! Owns: `orgs`.\n//! Uses: nothing.\n";
    assert_eq!(says(&[("app/src/orgs/mod.rs", nothing)]), Vec::<String>::new());
}

#[test]
fn a_header_may_run_over_lines() {
    let read = header(
        "//! 走访。\n//! Owns: `visits`,\n//! `visit_notes`. Uses:\n//! `registry`.\n\n//! `x`",
    );
    assert_eq!(read.owns, Some(vec!["visits".to_owned(), "visit_notes".to_owned()]));
    assert_eq!(read.uses, Some(vec!["registry".to_owned()]));
}

#[test]
fn the_first_line_is_chinese_and_both_lists_are_there() {
    let files = [("app/src/cards/mod.rs", "//! Contact cards.\n//! Owns: cards.\n")];
    assert_eq!(found(&files, "one Chinese line"), 1);
    assert_eq!(found(&files, "`Owns: …`"), 1);
    assert_eq!(found(&files, "`Uses: …`"), 1);
}

#[test]
fn a_room_without_header_is_found() {
    assert_eq!(found(&[("app/src/cards/store.rs", "")], "has its header in mod.rs"), 1);
    assert_eq!(found(&[("app/src/cli/store.rs", ""), ("app/src/main.rs", "")], ""), 0);
}

#[test]
fn a_table_has_one_owner() {
    let other = "//! 走访。\n//! Owns: `cards`. Uses: nothing.\n";
    let files = [("app/src/cards/mod.rs", CARDS), ("app/src/visits/mod.rs", other)];
    assert_eq!(found(&files, "owned by cards and visits"), 1);
    let kernel = [("app/src/cards/mod.rs", CARDS), ("kernel/src/lib.rs", "//! Owns: `cards`.\n")];
    assert_eq!(found(&kernel, "owned by cards and kernel"), 1);
}

#[test]
fn an_unnamed_room_is_found_in_every_file_of_the_room() {
    let store = "use crate::policies::Figure;\nuse crate::{\n    archives,\n\
        state::registry_of,\n};\n\
        fn a() { super::super::accounts::b(); }\n#[cfg(test)]\n\
        mod tests {\n    use crate::papers;\n}\n";
    let files = [("app/src/cards/mod.rs", CARDS), ("app/src/cards/store.rs", store)];
    assert_eq!(found(&files, "store.rs:1: uses: `cards` uses `policies`"), 1);
    assert_eq!(found(&files, "store.rs:3: uses: `cards` uses `archives`"), 1);
    assert_eq!(found(&files, "store.rs:6: uses: `cards` uses `accounts`"), 1);
    assert_eq!(says(&files).len(), 3);
}

#[test]
fn neighbours_and_floors_above_are_refused() {
    let cards = CARDS.replace("`orgs`", "`orgs`, `visits`, `portal`, `cellar`");
    let files = [("app/src/cards/mod.rs", cards.as_str())];
    assert_eq!(found(&files, "`visits` is a neighbour"), 1);
    assert_eq!(found(&files, "`portal` is on a floor above"), 1);
    assert_eq!(found(&files, "`cellar` under Uses is no room"), 1);
}

#[test]
fn a_room_named_and_not_used_is_found() {
    let cards = CARDS.replace("use crate::orgs;", "");
    let orgs = ("app/src/orgs/mod.rs", "//! 机构。\n//! Owns: `bodies`. Uses: nothing.\n");
    let mod_rs = ("app/src/cards/mod.rs", cards.as_str());
    assert_eq!(found(&[mod_rs, orgs], "`orgs` stands under Uses"), 1);
    let reads = ("app/src/cards/store.rs", "\"SELECT a FROM cards JOIN\n  bodies ON a = b\"");
    assert_eq!(found(&[mod_rs, orgs, reads], "`orgs` stands under Uses"), 0);
}

#[test]
fn a_room_on_no_floor_is_found() {
    let files = [("app/src/cellar/mod.rs", "//! 地窖。\n//! Owns: `wine`. Uses: nothing.\n")];
    assert_eq!(found(&files, "a room on no floor"), 1);
}
