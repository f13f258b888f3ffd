/// A fault of one field. An empty `field` means the form as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// What is typed into a text field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Text,
    Password,
    /// Typed, not picked: what was typed stays there when it was wrong.
    Date,
    Number,
    Tel,
    Search,
}

/// How wide a field is: as wide as what belongs into it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// About 6 characters: an age, a count.
    Tiny,
    /// About 12 characters: a day, a telephone number.
    Short,
    /// About 22 characters: a name, an identity number.
    #[default]
    Medium,
    Full,
}

/// A question of a form: any kind of field is made from it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub value: &'a str,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    pub optional: bool,
    pub kind: Kind,
    pub autocomplete: Option<&'a str>,
    pub width: Width,
    /// Where the options that fit what is being typed are asked for.
    pub suggestions: Option<&'a str>,
    /// Whether the page opens with it ready to be typed into, or scanned into.
    pub focus: bool,
}

impl<'a> Input<'a> {
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            value: "",
            hint: None,
            error: None,
            optional: false,
            kind: Kind::Text,
            autocomplete: None,
            width: Width::Medium,
            suggestions: None,
            focus: false,
        }
    }

    /// A day, which may be typed in several ways; the hint says how.
    pub const fn date(name: &'a str, label: &'a str) -> Self {
        let input = Self::new(name, label).kind(Kind::Date).width(Width::Short);
        input.hint("如20260501或2026-05-01")
    }

    /// What was typed before, or is known already.
    pub const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Takes the first error of this field from the errors of the form.
    pub fn errors(mut self, errors: &'a [FieldError]) -> Self {
        let own = errors.iter().find(|error| error.field == self.name);
        self.error = own.map(|error| error.message.as_str());
        self
    }

    /// Marks the field with （选填）; every other field must be filled in.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Ready to be typed into when the page opens.
    pub const fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// A value of HTML's `autocomplete`, such as `username`.
    pub const fn autocomplete(mut self, autocomplete: &'a str) -> Self {
        self.autocomplete = Some(autocomplete);
        self
    }

    pub const fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// Offers, while one types, the options (HTML's `option`) that this address answers. Without
    /// scripts the field is an ordinary one.
    pub const fn suggested_by(mut self, href: &'a str) -> Self {
        self.suggestions = Some(href);
        self
    }

    pub(crate) fn suggestions_id(&self) -> Option<String> {
        self.suggestions.map(|_| format!("{}-options", self.name))
    }

    pub(crate) fn hint_id(&self) -> String {
        format!("{}-hint", self.name)
    }

    pub(crate) fn error_id(&self) -> String {
        format!("{}-error", self.name)
    }

    pub(crate) fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| self.hint_id());
        let error = self.error.map(|_| self.error_id());
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (one, other) => one.or(other),
        }
    }

    pub(crate) const fn invalid(&self) -> Option<&'static str> {
        if self.error.is_some() { Some("true") } else { None }
    }

    pub(crate) const fn width_class(&self) -> &'static str {
        match self.width {
            Width::Tiny => "w-tiny",
            Width::Short => "w-short",
            Width::Medium => "w-medium",
            Width::Full => "w-full",
        }
    }
}

/// One of the answers of a selection.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
}

impl<'a> Choice<'a> {
    pub const fn new(value: &'a str, label: &'a str) -> Self {
        Self { value, label, hint: None }
    }

    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }
}
