//! Functions and test blocks, by matching brackets in blanked code.

use super::words;

/// A function as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Line of `fn`, from 1.
    pub line: usize,
    /// Lines with code on them from `fn` to the closing bracket.
    pub n_lines: usize,
    pub is_public: bool,
    /// Types of the parameters; `self` is one of them.
    pub parameters: Vec<String>,
}

/// The functions with a body or a signature in `code`.
pub fn find(code: &str) -> Vec<Function> {
    words(code, "fn").into_iter().filter_map(|offset| read(code, offset)).collect()
}

fn read(code: &str, offset: usize) -> Option<Function> {
    let after = code.get(offset + 2..)?;
    let name: String =
        after.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    // `fn(u8) -> u8` is a type.
    if name.is_empty() {
        return None;
    }
    let signature = offset + 2 + after.find(&name)? + name.len();
    let opens = signature + parameter_list(code.get(signature..)?)?;
    let closes = closing(code, opens)?;
    let line = code[..offset].matches('\n').count() + 1;
    Some(Function {
        name,
        line,
        n_lines: n_code_lines(&code[offset..end(code, closes)]),
        is_public: is_public(&code[..offset]),
        parameters: parameters(&code[opens + 1..closes]),
    })
}

/// Where the parameters open, past any generics.
fn parameter_list(signature: &str) -> Option<usize> {
    let mut depth = 0_i32;
    let mut before = ' ';
    for (offset, c) in signature.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            '(' if depth == 0 => return Some(offset),
            '{' | ';' => return None,
            _ => {}
        }
        before = c;
    }
    None
}

/// The bracket that closes the one at `opens`.
fn closing(code: &str, opens: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, c) in code[opens..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(opens + offset);
                }
            }
            _ => {}
        }
    }
    None
}

/// Past the body, or past the `;` of a signature without one. `from` is outside all brackets,
/// or on the one that closes the parameters.
fn end(code: &str, from: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, c) in
        code[from..].char_indices().skip_while(|&(offset, c)| offset == 0 && c == ')')
    {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return from + offset + 1,
            '{' if depth == 0 => {
                return closing(code, from + offset).map_or(code.len(), |last| last + 1);
            }
            _ => {}
        }
    }
    code.len()
}

fn n_code_lines(body: &str) -> usize {
    body.lines().filter(|line| !line.trim().is_empty()).count()
}

/// `pub`, `pub(crate)` … before `const async unsafe extern fn`.
fn is_public(before: &str) -> bool {
    let start = before.rfind([';', '}', '{', ']']).map_or(0, |offset| offset + 1);
    !words(&before[start..], "pub").is_empty()
}

/// The types of parameters parted at commas that are in no bracket.
fn parameters(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    let mut before = ' ';
    for c in list.chars() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        before = c;
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.iter().map(|part| kind(part)).filter(|kind| !kind.is_empty()).collect()
}

fn kind(parameter: &str) -> String {
    let kind = match parameter.find(": ") {
        Some(offset) => &parameter[offset + 2..],
        None => parameter,
    };
    kind.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Which lines stand in a block under `#[cfg(test)]`.
pub fn test_lines(code: &str, n_lines: usize) -> Vec<bool> {
    let mut is_test = vec![false; n_lines];
    for (offset, mark) in code.match_indices("#[cfg(test)]") {
        let last = end(code, offset + mark.len());
        let first_line = code[..offset].matches('\n').count();
        let last_line = code[..last].matches('\n').count();
        for line in is_test.iter_mut().take(last_line + 1).skip(first_line) {
            *line = true;
        }
    }
    is_test
}
