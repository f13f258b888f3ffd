use super::*;

fn read(text: &str) -> Source {
    Source::read("app/src/main.rs", text)
}

#[test]
fn comments_and_strings_are_not_code() {
    let source =
        read("let a = \"todo! // no\"; // dbg!\nlet b = 'x'; /* a /* b */ c */ let c = 1;");
    assert_eq!(source.code[0].trim_end(), "let a = \"           \";");
    assert!(source.comments[0].contains("dbg!"));
    assert!(source.code[1].contains("let c = 1;"));
    assert!(!source.code[1].contains(" b */"));
    assert_eq!(source.literals[0].text, "todo! // no");
}

#[test]
fn quotes_in_characters_and_raw_strings_close_nothing() {
    let source =
        read("let q = '\"'; let r = r#\"a \" b\"#; let s: &'static str = b\"\\\"\";\nfoo();");
    assert_eq!(source.code[1], "foo();");
    let texts: Vec<&str> = source.literals.iter().map(|literal| literal.text.as_str()).collect();
    assert_eq!(texts, ["a \" b", "\\\""]);
}

#[test]
fn a_function_is_measured_without_blank_and_comment_lines() {
    let source = read(
        "pub async fn go<T: Fn(u8) -> u8>(\n    a: Vec<(u8, u8)>,\n    \
        b: bool,\n) -> u8 {\n    // why\n\n    1\n}\n",
    );
    let function = &source.functions[0];
    assert_eq!((function.name.as_str(), function.line), ("go", 1));
    assert_eq!(function.n_lines, 6);
    assert!(function.is_public);
    assert_eq!(function.parameters, ["Vec<(u8, u8)>", "bool"]);
}

#[test]
fn a_signature_in_a_trait_ends_at_its_semicolon() {
    let source = read("trait A {\n    fn one(&self, on: Date) -> u8;\n    fn two(&self);\n}\n");
    assert_eq!(source.functions.len(), 2);
    assert_eq!(source.functions[0].n_lines, 1);
    assert_eq!(source.functions[0].parameters, ["&self", "Date"]);
    assert!(!source.functions[1].is_public);
}

#[test]
fn the_length_of_an_array_ends_no_signature() {
    let source = read("fn one() -> [u8; 2] {\n    [1,\n    2]\n}\n");
    assert_eq!(source.functions[0].n_lines, 4);
}

#[test]
fn a_function_type_is_no_function() {
    assert_eq!(read("type Check = fn(&Tree) -> u8;").functions, []);
}

#[test]
fn lines_of_a_test_block_are_marked() {
    let source = read("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n");
    assert_eq!(source.is_test, [false, true, true, true, true, false]);
    let product: Vec<usize> = source.product().map(|(line, _)| line).collect();
    assert_eq!(product, [1, 6]);
}

#[test]
fn a_test_module_in_its_own_file_marks_one_line() {
    let source = read("#[cfg(test)]\nmod tests;\nfn c() {}\n");
    assert_eq!(source.is_test, [true, true, false]);
    assert!(is_test_file("app/src/visits/tests.rs") && is_test_file("kernel/tests/db.rs"));
    assert!(!is_test_file("app/src/contests.rs"));
}

#[test]
fn words_stand_alone() {
    assert_eq!(words("f64 af64 f64x f64", "f64"), [0, 14]);
    assert_eq!(words("a.todo!(x)", "todo!"), [2]);
}
