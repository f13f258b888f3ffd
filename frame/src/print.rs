use maud::{DOCTYPE, Markup, html};

use crate::parts::print_button;
use crate::shell::head;

/// How A4 lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    #[default]
    Upright,
    Landscape,
}

/// A register, card or letter on A4.
#[derive(Clone, Debug)]
pub struct PrintSheet<'a> {
    pub title: &'a str,
    pub org: &'a str,
    /// An ISO day, if the sheet shows one.
    pub printed_on: Option<&'a str>,
    pub paper: Paper,
    /// Where the link above the sheet leads; it is not printed.
    pub back: Option<&'a str>,
    /// A line above the title, printed too: 「演示数据，均为虚构」.
    pub banner: Option<&'a str>,
    pub body: Markup,
}

impl<'a> PrintSheet<'a> {
    pub const fn new(title: &'a str, org: &'a str, body: Markup) -> Self {
        Self { title, org, printed_on: None, paper: Paper::Upright, back: None, banner: None, body }
    }

    pub const fn printed_on(mut self, day: &'a str) -> Self {
        self.printed_on = Some(day);
        self
    }

    pub const fn landscape(mut self) -> Self {
        self.paper = Paper::Landscape;
        self
    }

    pub const fn back(mut self, href: &'a str) -> Self {
        self.back = Some(href);
        self
    }

    pub const fn banner(mut self, banner: &'a str) -> Self {
        self.banner = Some(banner);
        self
    }

    /// A whole document. Its head stands on every page, because it is the head of a table;
    /// browsers since Chromium 131 also number the pages, older ones in their own margin.
    pub fn render(self) -> Markup {
        let paper = match self.paper {
            Paper::Upright => "sheet-page upright",
            Paper::Landscape => "sheet-page landscape",
        };
        html! {
            (DOCTYPE)
            html lang="zh-CN" {
                (head(self.title))
                body class=(paper) {
                    header.sheet-tools {
                        @if let Some(href) = self.back { a href=(href) { "返回" } }
                        (print_button())
                        span { "也可以用浏览器菜单中的“打印”，纸张选A4" }
                    }
                    main #main {
                        table.sheet role="presentation" {
                            thead { tr { td { (self.sheet_head()) } } }
                            tbody { tr { td { (self.sheet_body()) } } }
                        }
                    }
                }
            }
        }
    }

    fn sheet_body(&self) -> Markup {
        html! {
            @if let Some(banner) = self.banner { p.banner { (banner) } }
            h1 { (self.title) }
            (self.body)
        }
    }

    fn sheet_head(&self) -> Markup {
        html! {
            div.sheet-head {
                span { (self.org) }
                span { (self.title) }
                @if let Some(day) = self.printed_on { span { "打印日：" (crate::day(day)) } }
            }
        }
    }
}

/// An upright sheet without a day; see [`PrintSheet`] for the rest.
pub fn print_sheet(title: &str, org: &str, body: Markup) -> Markup {
    PrintSheet::new(title, org, body).render()
}

/// A field of a form on paper: what is known stands beside its label, the rest is written by hand.
#[derive(Clone, Debug)]
pub enum Entry<'a> {
    /// One of two on a line.
    Half(&'a str, Markup),
    /// A line of its own.
    Whole(&'a str, Markup),
    /// One of two on a line that is high enough for an opinion, a signature and a seal.
    Opinion(&'a str),
}

/// A form with its fields in boxes, on a sheet of its own. Keep halves and opinions in pairs. One
/// that stands alone on its page has no title of its own.
pub fn paper_form(title: &str, entries: &[Entry<'_>]) -> Markup {
    let mut lines: Vec<Vec<&Entry<'_>>> = Vec::new();
    for entry in entries {
        let fits = |line: &[&Entry<'_>]| match line {
            [Entry::Half(..)] => matches!(entry, Entry::Half(..)),
            [Entry::Opinion(_)] => matches!(entry, Entry::Opinion(_)),
            _ => false,
        };
        match lines.last_mut() {
            Some(line) if fits(line) => line.push(entry),
            _ => lines.push(vec![entry]),
        }
    }
    html! {
        section.paper-form {
            @if !title.is_empty() { h2 { (title) } }
            table {
                tbody { @for line in lines { tr { @for entry in line { (cells(entry)) } } } }
            }
        }
    }
}

fn cells(entry: &Entry<'_>) -> Markup {
    html! {
        @match entry {
            Entry::Half(label, value) => { th scope="row" { (label) } td { (value) } }
            Entry::Whole(label, value) => { th scope="row" { (label) } td colspan="3" { (value) } }
            Entry::Opinion(label) => {
                th scope="row" { (label) }
                td.opinion { "签字（盖章）：" br; "　　年　　月　　日" }
            }
        }
    }
}

/// Cards to be cut out, eight on a sheet of A4: each a body of its own.
pub fn cards_to_cut(cards: Vec<Markup>) -> Markup {
    html! {
        div.cut-sheet {
            @for card in cards { div.cut-card { (card) } }
        }
    }
}

/// What stands on a card: a head, the name, what to call in large figures, lines below, a picture.
#[derive(Clone, Debug)]
pub struct CutCard<'a> {
    pub title: &'a str,
    pub number: &'a str,
    pub name: &'a str,
    pub large: &'a str,
    pub lines: Vec<String>,
    pub picture: Markup,
}

impl CutCard<'_> {
    pub fn render(self) -> Markup {
        html! {
            p.cut-head { span { (self.title) } span { (self.number) } }
            div.cut-picture { (self.picture) }
            p.cut-name { (self.name) }
            p.cut-large { (self.large) }
            @for line in &self.lines { p.cut-line { (line) } }
        }
    }
}
