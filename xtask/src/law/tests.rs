use super::*;

const SOURCE: &str = "第二十五条 用人单位应当自\n\n事由发生之日起20个工作日内告知。";

fn says(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![("statutes/agency/source.md", SOURCE)];
    all.extend(files);
    check(&Tree::sample(&all)).iter().map(ToString::to_string).collect()
}

fn quotes_of(toml: &str) -> Vec<String> {
    says(check_quotes, &[("statutes/agency/figures.toml", toml)])
}

#[test]
fn a_quote_may_cross_the_lines_of_its_source() {
    assert_eq!(
        quotes_of("quote = \"用人单位应当自事由发生之日起20个工作日内\""),
        Vec::<String>::new()
    );
    assert_eq!(
        quotes_of("in_force = [{ from = \"2023-12-01\", quote = '应当自事由' }]"),
        Vec::<String>::new()
    );
    assert_eq!(quotes_of("quote = \"\"\"\n应当自事由\n发生之日起\"\"\""), Vec::<String>::new());
}

#[test]
fn one_changed_character_is_found() {
    let found = quotes_of("# a\nquote = \"自事由发生之日起30个工作日内\"");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("statutes/agency/figures.toml:2: quote: 「自事由"));
    assert_eq!(quotes_of("a = [{ from = \"x\", quote = \"没有的话\" }]").len(), 1);
    assert_eq!(quotes_of("quote = \"\"\"\n应当自\n没有\"\"\"").len(), 1);
    assert_eq!(quotes_of("quote = \"\"").len(), 1);
}

#[test]
fn a_quote_is_not_sought_in_another_folder() {
    let found = says(check_quotes, &[("statutes/cards/rules.toml", "quote = \"应当自\"")]);
    assert_eq!(
        found,
        ["statutes/cards/rules.toml:1: quote: quotes from a folder without source.md"]
    );
}

#[test]
fn a_doubt_in_a_pack_is_listed_beside_it() {
    let pack = ("statutes/agency/rules.toml", "[[rule]]\nid = \"card.issue\"\nvalue = 20 # 存疑");
    assert_eq!(says(check_doubts, &[pack]).len(), 1);
    let own = ("statutes/agency/questions.md", "- `card.issue`: 工作日还是自然日？");
    assert_eq!(says(check_doubts, &[pack, own]), Vec::<String>::new());
    let longer = ("statutes/agency/questions.md", "- card.issue.days, senior.card.issue");
    assert_eq!(says(check_doubts, &[pack, longer]).len(), 1);
    let elsewhere = ("statutes/cards/questions.md", "- card.issue");
    assert_eq!(says(check_doubts, &[pack, elsewhere]).len(), 1);
    assert_eq!(
        says(check_doubts, &[pack, ("docs/questions.md", "card.issue")]),
        Vec::<String>::new()
    );
}

#[test]
fn a_doubt_in_code_names_its_key() {
    let bare = ("rules/src/a.rs", "// 存疑: somebody, 是否含当日\nlet a = \"存疑\";");
    assert_eq!(
        says(check_doubts, &[bare]),
        ["rules/src/a.rs:1: doubt: a doubt names its key: 存疑（key）"]
    );
    let keyed = ("rules/src/a.rs", "/// 存疑（visit.new）: 是否含当日");
    assert_eq!(says(check_doubts, &[keyed]).len(), 1);
    let list = ("statutes/agency/questions.md", "visit.new");
    assert_eq!(says(check_doubts, &[keyed, list]), Vec::<String>::new());
}
