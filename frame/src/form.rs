use maud::{Markup, html};

use crate::field::{Choice, FieldError, Input, Kind};

/// The hidden field that carries the session's token against forged requests.
pub const CSRF_FIELD: &str = "csrf";
/// The hidden field that carries the key under which a form is done at most once.
pub const KEY_FIELD: &str = "idempotency_key";

/// The faults of a form, above it: takes the focus and leads to each field.
/// Nothing when there are none.
pub fn error_summary(errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" aria-labelledby="error-summary-title" tabindex="-1"
                autofocus {
                h2 #error-summary-title { "请更正以下" (errors.len()) "处" }
                ul {
                    @for error in errors {
                        li {
                            @if error.field.is_empty() { (error.message) }
                            @else { a href={ "#" (error.field) } { (error.message) } }
                        }
                    }
                }
            }
        }
    }
}

/// A line of text. Its `id` is its name.
pub fn text_field(input: Input<'_>) -> Markup {
    let (kind, keys) = match input.kind {
        Kind::Text => ("text", None),
        Kind::Password => ("password", None),
        Kind::Date => ("text", Some("numeric")),
        Kind::Number => ("text", Some("decimal")),
        Kind::Tel => ("tel", None),
        Kind::Search => ("search", None),
    };
    // A password is never sent back.
    let value = (input.kind != Kind::Password).then_some(input.value);
    let field = html! {
        input class=(input.width_class()) id=(input.name) name=(input.name) type=(kind)
            value=[value] inputmode=[keys] autocomplete=[input.autocomplete]
            spellcheck="false" autofocus[input.focus] aria-describedby=[input.described_by()]
            aria-invalid=[input.invalid()] list=[input.suggestions_id()]
            hx-get=[input.suggestions] hx-target=[input.suggestions_id().map(|id| format!("#{id}"))]
            hx-trigger=[input.suggestions.map(|_| "input changed delay:200ms")]
            hx-sync=[input.suggestions.map(|_| "this:replace")];
        @if let Some(id) = input.suggestions_id() { datalist id=(id) {} }
    };
    labelled(&input, field)
}

/// Several lines of text; `n_rows` of them are shown at once.
pub fn textarea(input: Input<'_>, n_rows: u8) -> Markup {
    let field = html! {
        textarea class="w-full" id=(input.name) name=(input.name) rows=(n_rows)
            aria-describedby=[input.described_by()] aria-invalid=[input.invalid()] {
            // A browser swallows the first newline; one of our own keeps what was typed.
            "\n" (input.value)
        }
    };
    labelled(&input, field)
}

/// One answer of a long list. The empty value, 「请选择」, stands first.
pub fn select_field(input: Input<'_>, choices: &[Choice<'_>]) -> Markup {
    let field = html! {
        select class=(input.width_class()) id=(input.name) name=(input.name)
            autocomplete=[input.autocomplete] aria-describedby=[input.described_by()]
            aria-invalid=[input.invalid()] {
            @if choices.iter().all(|choice| !choice.value.is_empty()) {
                option value="" { "请选择" }
            }
            @for choice in choices {
                option value=(choice.value) selected[choice.value == input.value] {
                    (choice.label)
                }
            }
        }
    };
    labelled(&input, field)
}

/// One answer of a few, all shown.
pub fn radio_group(input: Input<'_>, choices: &[Choice<'_>]) -> Markup {
    options(&input, "radio", choices, &[input.value])
}

/// Any number of answers of a few, all shown, all sent under one name.
pub fn checkbox_group(input: Input<'_>, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
    options(&input, "checkbox", choices, chosen)
}

/// A single yes: sends `1` when ticked and nothing otherwise; ticked when the value is not empty.
pub fn checkbox(input: Input<'_>) -> Markup {
    html! {
        div.field.faulty[input.error.is_some()] {
            (error_text(&input))
            div.option {
                input type="checkbox" id=(input.name) name=(input.name) value="1"
                    checked[!input.value.is_empty()] aria-describedby=[input.described_by()]
                    aria-invalid=[input.invalid()];
                label for=(input.name) { (input.label) }
            }
            (hint_text(&input))
        }
    }
}

/// A list whose rows have boxes, with what is said of them all when none was ticked.
pub fn ticked(field: &str, errors: &[FieldError], list: Markup) -> Markup {
    let error = errors.iter().find(|error| error.field == field);
    html! {
        div.faulty[error.is_some()] {
            @if let Some(error) = error {
                p.error { span.unseen { "有误：" } (error.message) }
            }
            (list)
        }
    }
}

/// A file of the user's; `accept` lists endings, such as `.xlsx,.csv`. Belongs into
/// [`form_upload`].
pub fn file_field(input: Input<'_>, accept: &str) -> Markup {
    let field = html! {
        input id=(input.name) name=(input.name) type="file" accept=(accept)
            aria-describedby=[input.described_by()] aria-invalid=[input.invalid()];
        p.hint.drop data-drop hidden { "也可以把文件拖到这个页面上" }
    };
    labelled(&input, field)
}

pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The button that sends the form.
pub fn submit(label: &str) -> Markup {
    html! { button.button type="submit" { (label) } }
}

/// The button that sends a form which cannot be undone.
pub fn danger_submit(label: &str) -> Markup {
    html! { button.button.danger type="submit" { (label) } }
}

/// Questions that belong together, under a common heading.
pub fn fieldset(legend: &str, body: Markup) -> Markup {
    html! { fieldset.group { legend { (legend) } (body) } }
}

/// Where a form goes, and what every form must carry.
#[derive(Clone, Copy, Debug)]
struct PostForm<'a> {
    action: &'a str,
    csrf: &'a str,
    key: &'a str,
}

/// A form that changes something. The browser checks nothing: the server does, always.
pub fn form_post(action: &str, csrf: &str, idempotency_key: &str, body: Markup) -> Markup {
    posted(PostForm { action, csrf, key: idempotency_key }, None, body)
}

/// A form with a file in it.
pub fn form_upload(action: &str, csrf: &str, idempotency_key: &str, body: Markup) -> Markup {
    let form = PostForm { action, csrf, key: idempotency_key };
    posted(form, Some("multipart/form-data"), body)
}

/// One small button beside a value, which does something about it.
pub fn inline_post(action: &str, csrf: &str, idempotency_key: &str, label: Markup) -> Markup {
    html! {
        form.inline method="post" action=(action) data-once {
            (hidden(CSRF_FIELD, csrf))
            (hidden(KEY_FIELD, idempotency_key))
            button.button.second type="submit" { (label) }
        }
    }
}

fn posted(form: PostForm<'_>, enctype: Option<&str>, body: Markup) -> Markup {
    html! {
        form method="post" action=(form.action) enctype=[enctype] novalidate data-once {
            (hidden(CSRF_FIELD, form.csrf))
            (hidden(KEY_FIELD, form.key))
            (body)
        }
    }
}

fn labelled(input: &Input<'_>, field: Markup) -> Markup {
    html! {
        div.field.faulty[input.error.is_some()] {
            label for=(input.name) { (label_text(input)) }
            (hint_text(input))
            (error_text(input))
            (field)
        }
    }
}

fn options(input: &Input<'_>, kind: &str, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
    html! {
        fieldset.field.faulty[input.error.is_some()] aria-describedby=[input.described_by()] {
            legend { (label_text(input)) }
            (hint_text(input))
            (error_text(input))
            div.options.in-line[short(choices)] {
                @for (place, choice) in choices.iter().enumerate() {
                    @let id = option_id(input.name, place);
                    @let hint_id = choice.hint.map(|_| format!("{id}-hint"));
                    div.option {
                        input type=(kind) id=(id) name=(input.name) value=(choice.value)
                            checked[chosen.contains(&choice.value)] aria-describedby=[&hint_id];
                        label for=(id) { (choice.label) }
                        @if let (Some(hint), Some(hint_id)) = (choice.hint, &hint_id) {
                            span.hint id=(hint_id) { (hint) }
                        }
                    }
                }
            }
        }
    }
}

/// Whether the answers fit beside one another: few words each, and no hints.
fn short(choices: &[Choice<'_>]) -> bool {
    choices.iter().all(|choice| choice.hint.is_none() && choice.label.chars().count() <= 12)
}

/// The first answer bears the name itself, so that the error summary leads to it.
fn option_id(name: &str, place: usize) -> String {
    if place == 0 { name.to_owned() } else { format!("{name}-{place}") }
}

fn label_text(input: &Input<'_>) -> Markup {
    html! { (input.label) @if input.optional { span.optional { "（选填）" } } }
}

fn hint_text(input: &Input<'_>) -> Markup {
    html! {
        @if let Some(hint) = input.hint { p.hint id=(input.hint_id()) { (hint) } }
    }
}

fn error_text(input: &Input<'_>) -> Markup {
    html! {
        @if let Some(error) = input.error {
            p.error id=(input.error_id()) { span.unseen { "有误：" } (error) }
        }
    }
}
