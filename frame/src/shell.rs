use maud::{DOCTYPE, Markup, html};

use crate::assets::path;
use crate::field::FieldError;
use crate::form::{CSRF_FIELD, error_summary, hidden};
use crate::parts::{Tone, current, notice};
use crate::words::day;

/// Who has signed in.
#[derive(Clone, Debug)]
pub struct Who {
    pub name: String,
    pub org: String,
    pub post: String,
}

#[derive(Clone, Debug)]
pub struct MenuItem {
    pub title: String,
    pub href: String,
    pub current: bool,
    /// A number beside the title, with its unit: 「3件」.
    pub badge: Option<String>,
}

impl MenuItem {
    pub fn new(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self { title: title.into(), href: href.into(), current: false, badge: None }
    }
}

/// Menu items that belong together. An empty title leaves the heading out.
#[derive(Clone, Debug)]
pub struct MenuGroup {
    pub title: String,
    pub items: Vec<MenuItem>,
}

/// A place on the way to this page. The page itself has no `href`.
#[derive(Clone, Debug)]
pub struct Crumb {
    pub title: String,
    pub href: Option<String>,
}

/// What has just been done.
#[derive(Clone, Debug)]
pub struct Notice {
    pub kind: Tone,
    pub text: String,
}

/// How large the letters of the public pages are: 18, 24 or 30 points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    #[default]
    Usual,
    Large,
    Largest,
}

/// For whom a page is: office workers, or retirees and their families (长辈版).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    #[default]
    Staff,
    Elder(TextSize),
}

/// A whole page.
#[derive(Clone, Debug)]
pub struct Shell {
    pub title: String,
    pub who: Option<Who>,
    pub menu: Vec<MenuGroup>,
    pub crumbs: Vec<Crumb>,
    pub notice: Option<Notice>,
    /// The faults of the form on the page: shown above it and told in the title.
    pub errors: Vec<FieldError>,
    pub csrf: Option<String>,
    /// A line above everything: 「演示数据，均为虚构」.
    pub banner: Option<String>,
    /// An ISO day, shown in the header and in print.
    pub today: Option<String>,
    /// What was searched for, kept in the search box.
    pub query: String,
    /// Whether the search box is left out: for posts that see no retiree.
    pub without_search: bool,
    pub audience: Audience,
    pub body: Markup,
}

impl Shell {
    pub fn new(title: impl Into<String>, body: Markup) -> Self {
        Self {
            title: title.into(),
            who: None,
            menu: Vec::new(),
            crumbs: Vec::new(),
            notice: None,
            errors: Vec::new(),
            csrf: None,
            banner: None,
            today: None,
            query: String::new(),
            without_search: false,
            audience: Audience::Staff,
            body,
        }
    }

    /// The signed-in person and the token of the session, which the sign-out form sends.
    pub fn signed_in(mut self, who: Who, csrf: impl Into<String>) -> Self {
        self.who = Some(who);
        self.csrf = Some(csrf.into());
        self
    }

    pub fn menu(mut self, menu: Vec<MenuGroup>) -> Self {
        self.menu = menu;
        self
    }

    /// Adds a place on the way to this page. The title of the page is added by itself.
    pub fn crumb(mut self, title: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { title: title.into(), href: Some(href.into()) });
        self
    }

    pub fn notice(mut self, kind: Tone, text: impl Into<String>) -> Self {
        self.notice = Some(Notice { kind, text: text.into() });
        self
    }

    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    pub fn banner(mut self, banner: impl Into<String>) -> Self {
        self.banner = Some(banner.into());
        self
    }

    pub fn today(mut self, today: impl Into<String>) -> Self {
        self.today = Some(today.into());
        self
    }

    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    /// Leaves the search box out.
    pub const fn without_search(mut self) -> Self {
        self.without_search = true;
        self
    }

    /// The 长辈版: large letters, large buttons, the menu above the text.
    pub const fn elder(mut self, size: TextSize) -> Self {
        self.audience = Audience::Elder(size);
        self
    }

    /// The whole document.
    pub fn render(self) -> Markup {
        let prefix = if self.errors.is_empty() { "" } else { "有误：" };
        html! {
            (DOCTYPE)
            html lang="zh-CN" {
                (head(&format!("{prefix}{}", self.title)))
                body class=(self.class()) {
                    a.skip href="#main" { "跳到正文" }
                    (self.header())
                    (self.print_head())
                    div.frame.alone[self.menu.is_empty()] {
                        @if !self.menu.is_empty() {
                            nav.menu aria-label="主菜单" { (self.menu_groups()) }
                        }
                        div.page { (self.way()) (self.main()) }
                    }
                    (self.footer())
                }
            }
        }
    }

    const fn class(&self) -> &'static str {
        match self.audience {
            Audience::Staff => "staff",
            Audience::Elder(TextSize::Usual) => "elder",
            Audience::Elder(TextSize::Large) => "elder large",
            Audience::Elder(TextSize::Largest) => "elder largest",
        }
    }

    fn header(&self) -> Markup {
        html! {
            header {
                @if let Some(banner) = &self.banner { p.banner { (banner) } }
                (self.bar())
            }
        }
    }

    fn bar(&self) -> Markup {
        html! {
            div.bar {
                a.brand href="/" { strong { "松鹤" } span { (self.subtitle()) } }
                @if self.audience == Audience::Staff && !self.menu.is_empty() {
                    details.menu-fold {
                        summary { "菜单" }
                        nav aria-label="主菜单" { (self.menu_groups()) }
                    }
                }
                @if let Some(who) = &self.who {
                    @if self.audience == Audience::Staff && !self.without_search {
                        (self.search())
                    }
                    (self.account(who))
                }
            }
        }
    }

    fn subtitle(&self) -> &str {
        self.who.as_ref().map_or("企业退休人员社会化管理服务", |who| &who.org)
    }

    fn search(&self) -> Markup {
        html! {
            form.search method="get" action="/people" role="search" aria-label="找人" {
                label.unseen for="q" { "找人：姓名、拼音首字母、证件号后四位或电话" }
                input #q name="q" type="search" value=(self.query) autocomplete="off"
                    spellcheck="false" accesskey="s" placeholder="姓名、拼音、证件号后四位、电话"
                    hx-get="/people/suggest" hx-trigger="input changed delay:200ms"
                    hx-target="#found" hx-sync="this:replace";
                button type="submit" { "找人" }
                div #found.found-box aria-live="polite" {}
            }
        }
    }

    fn account(&self, who: &Who) -> Markup {
        html! {
            div.account {
                @if let Some(today) = &self.today { span.today { (day(today)) } }
                span {
                    (who.name)
                    @if !who.post.is_empty() { span.post { "（" (who.post) "）" } }
                }
                form method="post" action="/sign-out" {
                    @if let Some(csrf) = &self.csrf { (hidden(CSRF_FIELD, csrf)) }
                    button type="submit" { "退出" }
                }
            }
        }
    }

    fn menu_groups(&self) -> Markup {
        html! {
            @for group in &self.menu {
                @if !group.title.is_empty() { p.menu-title { (group.title) } }
                ul {
                    @for item in &group.items {
                        li {
                            a href=(item.href) aria-current=[current(item.current)] {
                                (item.title)
                                @if let Some(badge) = &item.badge { " " span.badge { (badge) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn way(&self) -> Markup {
        html! {
            @if !self.crumbs.is_empty() {
                nav.crumbs aria-label="当前位置" {
                    ol {
                        @for crumb in &self.crumbs {
                            li {
                                @if let Some(href) = &crumb.href { a href=(href) { (crumb.title) } }
                                @else { (crumb.title) }
                            }
                        }
                        li aria-current="page" { (self.title) }
                    }
                }
            }
        }
    }

    fn main(&self) -> Markup {
        html! {
            main #main tabindex="-1" {
                @if let Some(done) = &self.notice { (notice(done.kind, &done.text)) }
                (error_summary(&self.errors))
                h1 { (self.title) }
                (self.body)
            }
        }
    }

    /// What stands on paper in place of the header bar.
    fn print_head(&self) -> Markup {
        html! {
            div.print-head aria-hidden="true" {
                span { "松鹤 · " (self.subtitle()) }
                @if let Some(today) = &self.today { span { "打印日：" (day(today)) } }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer.foot {
                p { "松鹤 · 企业退休人员社会化管理服务平台" }
                p { a href="/help" { "使用帮助" } }
            }
        }
    }
}

/// The head of every document. Browsers with two engines are asked for the newer one; htmx may
/// neither evaluate text nor write styles, as the content security policy demands.
pub(crate) fn head(title: &str) -> Markup {
    const HTMX: &str = r#"{"allowEval":false,"includeIndicatorStyles":false,
        "selfRequestsOnly":true,"historyCacheSize":0}"#;
    html! {
        head {
            meta charset="utf-8";
            meta name="renderer" content="webkit";
            meta name="force-rendering" content="webkit";
            meta http-equiv="X-UA-Compatible" content="IE=edge";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="same-origin";
            meta name="format-detection" content="telephone=no";
            meta name="htmx-config" content=(HTMX);
            title { (title) " - 松鹤" }
            link rel="icon" type="image/svg+xml" href=(path("songhe.svg"));
            link rel="stylesheet" href=(path("songhe.css"));
            script src=(path("htmx.min.js")) defer {}
            script src=(path("songhe.js")) defer {}
        }
    }
}

/// What a browser with the Trident engine is told: to switch mode, or to use another browser.
/// It uses nothing that such a browser does not know.
pub fn old_browser_page() -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="renderer" content="webkit";
                meta http-equiv="X-UA-Compatible" content="IE=edge";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "请更换浏览器 - 松鹤" }
            }
            body {
                div role="main" {
                    h1 { "请更换浏览器或切换浏览模式" }
                    p { "您的浏览器（IE内核）不能使用松鹤。请按下面的办法之一继续：" }
                    ol {
                        li { "使用360、QQ、搜狗等双核浏览器的，请点击地址栏右侧的“e”形或“闪电”形图标，\
                            切换到“极速模式”；" }
                        li { "使用Windows自带的Edge浏览器打开本页；" }
                        li { "请单位的信息管理人员安装奇安信可信浏览器、360安全浏览器等较新的浏览器。" }
                    }
                    p { "如仍不能打开，请与本单位的信息管理人员联系。" }
                }
            }
        }
    }
}
