//! Which character is code, which is a string, which is a comment.

/// Code and comments keep the shape of the text: what is not theirs is blank.
#[derive(Default)]
pub struct Parts {
    pub code: String,
    pub comments: String,
    /// Line (from 1) and contents, as written (escapes are not resolved).
    pub literals: Vec<(usize, String)>,
}

#[derive(Clone, Copy)]
enum Is {
    Code,
    Text,
    Comment,
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    parts: Parts,
}

/// Parts a Rust text.
pub fn part(text: &str) -> Parts {
    let mut lexer =
        Lexer { chars: text.chars().collect(), at: 0, line: 1, parts: Parts::default() };
    while lexer.at < lexer.chars.len() {
        lexer.step();
    }
    lexer.parts
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn take(&mut self, is: Is) -> char {
        let c = self.peek(0);
        self.at += 1;
        let blank = if c == '\n' { '\n' } else { ' ' };
        let (code, comment) = match is {
            Is::Code => (c, blank),
            Is::Comment => (blank, c),
            Is::Text => (blank, blank),
        };
        self.parts.code.push(code);
        self.parts.comments.push(comment);
        if c == '\n' {
            self.line += 1;
        }
        c
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.line_comment(),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('r' | 'b' | 'c', _) if !self.after_word() && self.raw_hashes().is_some() => {
                self.raw_string();
            }
            ('\'', _) => self.quote(),
            _ => {
                self.take(Is::Code);
            }
        }
    }

    fn after_word(&self) -> bool {
        self.at
            .checked_sub(1)
            .and_then(|before| self.chars.get(before))
            .is_some_and(|c| c.is_alphanumeric() || *c == '_')
    }

    fn line_comment(&mut self) {
        while self.at < self.chars.len() && self.peek(0) != '\n' {
            self.take(Is::Comment);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.chars.len() {
            let pair = (self.peek(0), self.peek(1));
            self.take(Is::Comment);
            match pair {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => continue,
            }
            self.take(Is::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line;
        let mut text = String::new();
        self.take(Is::Code);
        while self.at < self.chars.len() && self.peek(0) != '"' {
            if self.peek(0) == '\\' {
                text.push(self.take(Is::Text));
            }
            text.push(self.take(Is::Text));
        }
        if self.at < self.chars.len() {
            self.take(Is::Code);
        }
        self.parts.literals.push((line, text));
    }

    /// The number of `#` when a raw string begins here, else nothing.
    fn raw_hashes(&self) -> Option<usize> {
        let mut ahead = 0;
        while matches!(self.peek(ahead), 'b' | 'c') && ahead == 0 {
            ahead += 1;
        }
        if self.peek(ahead) != 'r' {
            return None;
        }
        ahead += 1;
        let mut hashes = 0;
        while self.peek(ahead + hashes) == '#' {
            hashes += 1;
        }
        (self.peek(ahead + hashes) == '"').then_some(hashes)
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        let line = self.line;
        while self.peek(0) != '"' {
            self.take(Is::Code);
        }
        self.take(Is::Code);
        let mut text = String::new();
        while self.at < self.chars.len() && !self.raw_ends(hashes) {
            text.push(self.take(Is::Text));
        }
        for _ in 0..=hashes {
            if self.at < self.chars.len() {
                self.take(Is::Code);
            }
        }
        self.parts.literals.push((line, text));
    }

    fn raw_ends(&self, hashes: usize) -> bool {
        self.peek(0) == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == '#')
    }

    /// A character (`'a'`, `'\n'`, `'"'`) or the start of a lifetime.
    fn quote(&mut self) {
        self.take(Is::Code);
        if self.peek(0) == '\\' {
            self.take(Is::Text);
            self.take(Is::Text);
            while self.at < self.chars.len() && self.peek(0) != '\'' {
                self.take(Is::Text);
            }
        } else if self.peek(1) == '\'' {
            self.take(Is::Text);
        } else {
            return;
        }
        self.take(Is::Code);
    }
}
