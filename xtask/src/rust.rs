//! Rust text parted into code, strings and comments, without a parser.

mod functions;
mod lexer;
#[cfg(test)]
mod tests;

pub use functions::Function;

/// A string literal and the line it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub line: usize,
    pub text: String,
    pub is_test: bool,
}

/// One Rust file. `code` and `comments` have the lines of the text.
pub struct Source {
    /// Comments and the insides of strings blanked.
    pub code: Vec<String>,
    /// Everything but comments blanked.
    pub comments: Vec<String>,
    pub literals: Vec<Literal>,
    pub functions: Vec<Function>,
    /// Whether the line belongs to tests.
    pub is_test: Vec<bool>,
}

impl Source {
    pub fn read(path: &str, text: &str) -> Self {
        let parts = lexer::part(text);
        let code = lines(&parts.code);
        let is_test = if is_test_file(path) {
            vec![true; code.len()]
        } else {
            functions::test_lines(&parts.code, code.len())
        };
        let literals = parts
            .literals
            .into_iter()
            .map(|(line, text)| Literal { line, text, is_test: at(&is_test, line) })
            .collect();
        Self {
            comments: lines(&parts.comments),
            literals,
            functions: functions::find(&parts.code),
            code,
            is_test,
        }
    }

    /// Lines of code with their numbers, tests left out.
    pub fn product(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .iter()
            .zip(&self.is_test)
            .enumerate()
            .filter(|(_, (_, is_test))| !**is_test)
            .map(|(index, (line, _))| (index + 1, line.as_str()))
    }

    /// All lines of code with their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.iter().enumerate().map(|(index, line)| (index + 1, line.as_str()))
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn at(is_test: &[bool], line: usize) -> bool {
    line.checked_sub(1).and_then(|index| is_test.get(index)).copied().unwrap_or(false)
}

/// `tests.rs` beside the code, or anything under `tests/`.
pub fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|part| part == "tests")
}

/// The byte offsets at which `word` stands alone in `line`.
pub fn words(line: &str, word: &str) -> Vec<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let starts = word.starts_with(is_part);
    let ends = word.ends_with(is_part);
    line.match_indices(word)
        .map(|(offset, _)| offset)
        .filter(|&offset| !(starts && line[..offset].ends_with(is_part)))
        .filter(|&offset| !(ends && line[offset + word.len()..].starts_with(is_part)))
        .collect()
}
