use maud::{Markup, html};

use crate::parts::{Tone, tag};
use crate::words::{count, time, whole};

/// Facts about one thing, each with its name, in two columns where there is room.
pub fn facts_list(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (label, value) in facts { div { dt { (label) } dd { (value) } } }
        }
    }
}

/// A line of the page that is read before something irreversible is done.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    pub label: &'a str,
    pub value: Markup,
    /// Where the answer is changed; `None` for what cannot be.
    pub change: Option<String>,
}

/// What is about to be done, each answer with a link to change it.
pub fn check_answers(answers: &[Answer<'_>]) -> Markup {
    html! {
        dl.answers {
            @for answer in answers {
                div {
                    dt { (answer.label) }
                    dd { (answer.value) }
                    dd.change {
                        @if let Some(href) = &answer.change {
                            a href=(href) { "更改" span.unseen { (answer.label) } }
                        }
                    }
                }
            }
        }
    }
}

/// A step of a procedure.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub title: &'a str,
    pub href: Option<String>,
}

/// The steps of a procedure; those before `n_done` are behind us, the next is being taken.
pub fn steps(label: &str, steps: &[Step<'_>], n_done: usize) -> Markup {
    html! {
        ol.steps aria-label=(label) {
            @for (place, step) in steps.iter().enumerate() {
                @let (class, state) = step_state(place, n_done);
                li class=(class) aria-current=[(place == n_done).then_some("step")] {
                    @if let Some(href) = &step.href { a href=(href) { (step.title) } }
                    @else { span.step-title { (step.title) } }
                    span.step-state { (state) }
                }
            }
        }
    }
}

const fn step_state(place: usize, n_done: usize) -> (&'static str, &'static str) {
    if place < n_done {
        ("done", "已完成")
    } else if place == n_done {
        ("now", "进行中")
    } else {
        ("later", "未开始")
    }
}

/// How far something is, in words and as a bar.
pub fn progress(n_done: u64, n_total: u64) -> Markup {
    let percent = n_done.saturating_mul(100).checked_div(n_total).unwrap_or(0).min(100);
    let words = format!("已完成{}／{}（{percent}%）", whole(n_done), whole(n_total));
    html! {
        div.progress {
            progress max="100" value=(percent) aria-label=(words) {}
            span { (words) }
        }
    }
}

/// Progress that asks `href` for itself every two seconds, until the answer is something else
/// (such as [`progress`] or a notice). Without scripts the link asks.
pub fn progress_until_done(href: &str, n_done: u64, n_total: u64) -> Markup {
    html! {
        div.polling hx-get=(href) hx-trigger="every 2s" hx-swap="outerHTML" {
            (progress(n_done, n_total))
            p { a href="" { "刷新进度" } }
        }
    }
}

/// Something that happened, on a line of time.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// An ISO day.
    pub on: &'a str,
    pub title: &'a str,
    pub tag: Option<(Tone, &'a str)>,
    pub body: Markup,
}

/// What happened, in the order given.
pub fn timeline(moments: &[Moment<'_>]) -> Markup {
    html! {
        ol.timeline {
            @for moment in moments {
                li {
                    (time(moment.on))
                    strong { (moment.title) }
                    @if let Some((tone, words)) = moment.tag { " " (tag(tone, words)) }
                    div { (moment.body) }
                }
            }
        }
    }
}

/// A number that leads to its list: 「逾期 3」.
#[derive(Clone, Debug)]
pub struct Tally<'a> {
    pub label: &'a str,
    pub n: i64,
    pub href: String,
    pub tone: Tone,
}

/// The numbers at the top of the home page.
pub fn tallies(tallies: &[Tally<'_>]) -> Markup {
    html! {
        ul.tallies {
            @for tally in tallies {
                li {
                    a class=(tally.tone.class()) href=(tally.href) {
                        span.tally-label { (tally.label) }
                        " " strong { (count(tally.n)) }
                    }
                }
            }
        }
    }
}

/// A duty as it is shown to the one who has to do it.
#[derive(Clone, Debug)]
pub struct Duty<'a> {
    /// What is to be done: 「新接收人员当月走访」.
    pub title: &'a str,
    pub person: &'a str,
    pub href: String,
    /// An ISO day.
    pub due_on: &'a str,
    pub tag: (Tone, &'a str),
    /// The sentence of the law and its instrument; opened by a click.
    pub why: Markup,
    /// Buttons.
    pub actions: Markup,
}

/// The card of a duty.
pub fn duty(duty: Duty<'_>) -> Markup {
    let (tone, words) = duty.tag;
    html! {
        article class={ "duty " (tone.class()) } {
            div.duty-head {
                h3 { a href=(duty.href) { (duty.person) } " · " (duty.title) }
                (tag(tone, words))
            }
            p.duty-due { "截止日：" (time(duty.due_on)) }
            div.duty-foot {
                div.duty-actions { (duty.actions) }
                (crate::parts::why("为什么要办", duty.why))
            }
        }
    }
}

/// A person that a search has found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    pub title: &'a str,
    /// What tells people of the same name apart, masked: 「青山社区 · 1951年 · 尾号0021」.
    pub detail: &'a str,
    pub href: String,
}

/// What appears below the search box while one types; a fragment without a page around it.
/// Nothing when nothing was typed.
pub fn found(query: &str, people: &[Found<'_>]) -> Markup {
    html! {
        @if query.trim().is_empty() {}
        @else if people.is_empty() {
            p.found-none { "没有找到“" (query) "”，请核对姓名、拼音首字母、证件号后四位或电话" }
        } @else {
            ul.found {
                @for person in people {
                    li { a href=(person.href) { strong { (person.title) } " " (person.detail) } }
                }
            }
        }
    }
}
