//! The columns of a list of files that lie at a body already.

use sheets::{Content, Field, Need};

use crate::people::sheet::{IDENTITY, NAME};

const fn field(key: &'static str, title: &'static str, synonyms: &'static [&'static str]) -> Field {
    Field { key, title, synonyms, content: Content::Any, required: Need::Optional }
}

/// Whose file it is, where it lies, how much it is.
pub const ARCHIVES: &[Field] = &[
    NAME,
    IDENTITY,
    field(
        "box",
        "盒号",
        &["档案盒号", "存放位置", "柜号", "架位", "库位", "存放处", "档案位置", "架号", "箱号"],
    ),
    field("volumes", "册数", &["档案册数", "卷数", "本数", "档案卷数", "册"]),
    field("pages", "档案页数", &["页数", "总页数", "档案总页数", "页"]),
    field(
        "from",
        "来源",
        &["档案来源", "移交单位", "转来单位", "原单位", "原工作单位", "来处", "送交单位"],
    ),
    field("note", "备注", &["说明", "附注", "缺件情况", "情况说明"]),
];
