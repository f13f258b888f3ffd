//! 一列装什么：由用表的人说明，本库只按说明去认。

/// What a column holds; used to guess columns whose title says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A resident identity number, 18 or 15 characters.
    Identity,
    Phone,
    Date,
    Name,
    Sex,
    Money,
    /// Any code of letters and digits.
    Code,
    Any,
}

/// Whether a file without the column may be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Required,
    Optional,
}

/// A field that a column may be mapped to.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub key: &'static str,
    pub title: &'static str,
    pub synonyms: &'static [&'static str],
    pub content: Content,
    pub required: Need,
}

impl Field {
    /// A column of anything that may be absent.
    #[must_use]
    pub const fn new(
        key: &'static str,
        title: &'static str,
        synonyms: &'static [&'static str],
    ) -> Self {
        Self { key, title, synonyms, content: Content::Any, required: Need::Optional }
    }

    /// The title and its synonyms, title first.
    pub fn titles(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.title).chain(self.synonyms.iter().copied())
    }
}
