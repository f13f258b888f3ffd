//! The form of an export, part by part: its profiles ask the same.

use frame::{Choice, Col, FieldError, Input, Markup, Table, Width, radio_group, text_field};
use kernel::Actor;
use maud::html;
use rules::identity::Mask;

use super::export_columns::Column;
use super::export_file::Format;
use super::export_lists::List;
use super::export_masks::{STYLES, hint};
use super::export_wish::{order_field, ticked, title_field};
use crate::deeds;
use crate::web::Fields;

/// A form that is shown: whose, of which list, with what was typed and what is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    pub list: List,
    pub actor: &'a Actor,
    pub fields: &'a Fields,
    pub errors: &'a [FieldError],
}

impl Form<'_> {
    /// For whom, why, and how numbers are hidden; `reason` stands where whole numbers are taken.
    pub fn words(&self, reason: &Markup) -> Markup {
        html! {
            (purpose(self.fields, self.errors))
            @if self.list.has_numbers() {
                (masks(self.actor, self.fields, self.errors))
                (self.phones())
                (reason)
            }
        }
    }

    /// In what form, and which columns in what order.
    pub fn table(&self) -> Markup {
        let columns = self.columns();
        html! {
            (self.formats())
            (self.boxes(&columns))
            (frame::fold("列的次序和对方的列名", || self.is_arranged(), self.arrangement(&columns)))
        }
    }

    /// Why whole numbers are needed, for those who may take them.
    pub fn reason(&self) -> Markup {
        let input = Input::new("reason", "导出完整号码的原因").value(self.fields.get("reason"));
        let input = input.errors(self.errors).optional().hint("只有选“不隐藏”时填写");
        html! {
            @if may_full(self.actor) { (text_field(input.width(Width::Full))) }
        }
    }

    /// The wish to keep it as a profile.
    pub fn keeping(&self) -> Markup {
        let fields = self.fields;
        let name = Input::new("profile_name", "名称").value(fields.get("profile_name")).optional();
        let name = name.errors(self.errors).hint("例如：报区社保中心月报；下次在本页上方选用");
        let keep = Input::new("keep", "记作常用格式").value(fields.get("keep"));
        let with = Input::new("keep_conditions", "连同上面的条件一起记住");
        let with = with.value(fields.get("keep_conditions"));
        frame::fieldset(
            "下次还要这样导出",
            html! {
                (frame::checkbox(keep.errors(self.errors)))
                (text_field(name))
                (frame::checkbox(with.hint("不勾选时，下次用名单页当时的条件")))
            },
        )
    }

    fn phones(&self) -> Markup {
        let styles = STYLES.iter().filter(|style| may_full(self.actor) || **style != Mask::None);
        let same = Choice::new("", "与证件号码相同");
        let choices: Vec<Choice<'_>> = std::iter::once(same)
            .chain(styles.map(|style| Choice::new(style.code(), style.name())))
            .collect();
        let input = Input::new("phone_mask", "电话怎样显示").value(self.fields.get("phone_mask"));
        frame::select_field(input.errors(self.errors), &choices)
    }

    fn formats(&self) -> Markup {
        let chosen = match self.fields.get("format") {
            "" => Format::Xlsx.code(),
            code => code,
        };
        let choices: Vec<Choice<'_>> =
            Format::ALL.iter().map(|format| Choice::new(format.code(), format.name())).collect();
        radio_group(Input::new("format", "文件格式").value(chosen).errors(self.errors), &choices)
    }

    /// All columns: in the order of the list, or those that were arranged first.
    fn columns(&self) -> Vec<&'static Column> {
        let known = self.list.columns();
        let keys = self.fields.all("columns");
        if keys.is_empty() {
            return known.iter().collect();
        }
        let mut columns = ticked(self.list, &keys);
        let at = |one: &Column| known.iter().position(|column| column.key == one.key);
        let is_usual_order = columns.windows(2).all(|two| at(two[0]) < at(two[1]));
        if is_usual_order && !self.is_arranged() {
            return known.iter().collect();
        }
        columns.extend(known.iter().filter(|column| !keys.contains(&column.key)));
        columns
    }

    fn boxes(&self, columns: &[&'static Column]) -> Markup {
        let chosen = ticked(self.list, &self.fields.all("columns"));
        let chosen: Vec<&str> = chosen.iter().map(|column| column.key).collect();
        let labels: Vec<String> = columns.iter().map(|column| self.label(column)).collect();
        let choices: Vec<Choice<'_>> = columns
            .iter()
            .zip(&labels)
            .map(|(column, label)| Choice::new(column.key, label))
            .collect();
        frame::checkbox_group(Input::new("columns", "列").errors(self.errors), &choices, &chosen)
    }

    /// 公民身份号码（身份证号）, where the receiver calls it otherwise.
    fn label(&self, column: &Column) -> String {
        match self.fields.get(&title_field(column.key)) {
            "" => column.title.to_owned(),
            theirs => format!("{theirs}（{}）", column.title),
        }
    }

    /// Whether anything was typed into the arrangement.
    fn is_arranged(&self) -> bool {
        let own = |name: &str| name.starts_with("order-") || name.starts_with("title-");
        let typed = self.fields.0.iter().any(|(name, value)| own(name) && !value.is_empty());
        typed || self.errors.iter().any(|error| own(&error.field))
    }

    fn arrangement(&self, columns: &[&'static Column]) -> Markup {
        let heads = vec![Col::head("列"), Col::text("次序"), Col::text("对方的列名")];
        let row = |column: &&'static Column| {
            let (order, title) = (order_field(column.key), title_field(column.key));
            vec![
                frame::text(column.title),
                self.cell(&order, &format!("“{}”的次序", column.title), "w-tiny"),
                self.cell(&title, &format!("“{}”的列名", column.title), "w-medium"),
            ]
        };
        let table = Table::new("列的次序和对方的列名", heads);
        html! {
            p.hint {
                "次序填数字，小的在前；不填的排在后面。对方另有叫法的填对方的列名，例如“公民身份号码”。"
                "只有上面勾选的列会导出。"
            }
            (frame::table(table.rows(columns.iter().map(row).collect())))
        }
    }

    fn cell(&self, name: &str, label: &str, class: &str) -> Markup {
        let error = self.errors.iter().find(|error| error.field == name);
        let error_id = error.map(|_| format!("{name}-error"));
        html! {
            @if let (Some(error), Some(id)) = (error, &error_id) {
                p.error id=(id) { span.unseen { "有误：" } (error.message) }
            }
            input class=(class) id=(name) name=(name) type="text" aria-label=(label)
                value=(self.fields.get(name)) spellcheck="false" autocomplete="off"
                aria-describedby=[error_id] aria-invalid=[error.map(|_| "true")];
        }
    }
}

pub(super) fn purpose(fields: &Fields, errors: &[FieldError]) -> Markup {
    let purpose = Input::new("purpose", "用途").value(fields.get("purpose")).errors(errors);
    let recipient = Input::new("recipient", "接收方").value(fields.get("recipient"));
    html! {
        (text_field(purpose.hint("例如：核对本月走访名单").width(Width::Full)))
        (text_field(recipient.errors(errors).hint("例如：本站、区社保中心").width(Width::Full)))
    }
}

fn may_full(actor: &Actor) -> bool {
    actor.can(deeds::PEOPLE_EXPORT_FULL)
}

/// How identity numbers are shown, and telephone numbers unless that is chosen apart.
pub(super) fn masks(actor: &Actor, fields: &Fields, errors: &[FieldError]) -> Markup {
    let chosen = match fields.get("mask") {
        "" => Mask::First3Last4.code(),
        code => code,
    };
    let styles = STYLES.iter().filter(|style| may_full(actor) || **style != Mask::None);
    let choice =
        |style: &Mask| Choice { hint: hint(*style), ..Choice::new(style.code(), style.name()) };
    let styles: Vec<Choice<'_>> = styles.map(choice).collect();
    let input = Input::new("mask", "证件号码和电话怎样显示").value(chosen).errors(errors);
    radio_group(input, &styles)
}
