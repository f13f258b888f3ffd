use maud::{Markup, html};

/// What a tag, a notice or a panel says by its colour. The colour is never alone: each also says
/// it in words or with a sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Info,
    Good,
    Warn,
    Bad,
}

impl Tone {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Info => "info",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    /// The word in front of a notice.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Plain | Self::Info => "提示",
            Self::Good => "已完成",
            Self::Warn => "请注意",
            Self::Bad => "未成功",
        }
    }
}

/// A link among its like: a tab, a page size.
#[derive(Clone, Debug)]
pub struct Link {
    pub title: String,
    pub href: String,
    pub current: bool,
}

impl Link {
    pub fn new(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self { title: title.into(), href: href.into(), current: false }
    }

    /// Marks the link of the page that is being shown.
    pub fn current_if(mut self, current: impl FnOnce() -> bool) -> Self {
        self.current = current();
        self
    }
}

/// A short word in a box: 「逾期」「已办结」.
pub fn tag(tone: Tone, words: &str) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (words) } }
}

/// A message about what has just been done, or ought to be known before going on.
pub fn notice(tone: Tone, words: &str) -> Markup {
    html! {
        div class={ "notice " (tone.class()) } role="status" {
            strong { (tone.word()) "：" } (words)
        }
    }
}

/// A box around a part of a page, with its heading.
pub fn card(title: &str, body: Markup) -> Markup {
    html! { section.card { h2 { (title) } (body) } }
}

/// A box that sets a few sentences apart: a law's words, a result, a warning before an act.
pub fn panel(tone: Tone, title: &str, body: Markup) -> Markup {
    html! { div class={ "panel " (tone.class()) } { p.panel-title { (title) } (body) } }
}

/// Why something is owed: closed at first, opened by a click, also without JavaScript.
pub fn why(summary: &str, body: Markup) -> Markup {
    html! { details.why { summary { (summary) } div.why-body { (body) } } }
}

/// A part of a form that few need: closed unless something was typed into it.
pub fn fold(summary: &str, is_used: impl FnOnce() -> bool, body: Markup) -> Markup {
    html! { details.why.fold open[is_used()] { summary { (summary) } div.why-body { (body) } } }
}

/// Links between the pages of one subject.
pub fn tabs(label: &str, links: &[Link]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for link in links {
                    li { a href=(link.href) aria-current=[current(link.current)] { (link.title) } }
                }
            }
        }
    }
}

/// The row of buttons above a table.
pub fn toolbar(body: Markup) -> Markup {
    html! { div.toolbar { (body) } }
}

/// A link to a page, in the shape of a button.
pub fn button_link(href: &str, label: &str) -> Markup {
    html! { a.button.second href=(href) { (label) } }
}

/// The same for what is done most often on a page; one a page.
pub fn main_button_link(href: &str, label: &str) -> Markup {
    html! { a.button href=(href) { (label) } }
}

/// A link to the page that asks once more before something grave.
pub fn danger_button_link(href: &str, label: &str) -> Markup {
    html! { a.button.danger href=(href) { (label) } }
}

/// The way back to the page before.
pub fn back_link(href: &str) -> Markup {
    html! { p.back { a href=(href) { "返回" } } }
}

/// Prints the page. It is shown only where scripts run; elsewhere the browser's menu prints.
pub fn print_button() -> Markup {
    html! { button.button.second type="button" data-print hidden { "打印" } }
}

/// The value of `aria-current` for a link that may lead to this very page.
pub(crate) fn current(shown: impl Into<bool>) -> Option<&'static str> {
    shown.into().then_some("page")
}
