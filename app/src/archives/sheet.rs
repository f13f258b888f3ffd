//! The columns of a list of files that lie at a body already.

use sheets::Field;

use crate::people::sheet::{IDENTITY, NAME};

/// Whose file it is, where it lies, how much it is.
pub const ARCHIVES: &[Field] = &[
    NAME,
    IDENTITY,
    Field::new(
        "box",
        "盒号",
        &["档案盒号", "存放位置", "柜号", "架位", "库位", "存放处", "档案位置", "架号", "箱号"],
    ),
    Field::new("volumes", "册数", &["档案册数", "卷数", "本数", "档案卷数", "册"]),
    Field::new("pages", "档案页数", &["页数", "总页数", "档案总页数", "页"]),
    Field::new(
        "from",
        "来源",
        &["档案来源", "移交单位", "转来单位", "原单位", "原工作单位", "来处", "送交单位"],
    ),
    Field::new("note", "备注", &["说明", "附注", "缺件情况", "情况说明"]),
];
