//! The columns of a list of organisations.

use sheets::{Field, Need};

const fn needed(field: Field) -> Field {
    Field { required: Need::Required, ..field }
}

/// Organisations.
pub const ORGS: &[Field] = &[
    needed(Field::new(
        "code",
        "代码",
        &[
            "code",
            "区划代码",
            "行政区划代码",
            "统计用区划代码",
            "统计用区划和城乡划分代码",
            "机构代码",
            "机构编码",
            "区划编码",
            "单位代码",
        ],
    )),
    needed(Field::new(
        "name",
        "名称",
        &["name", "机构名称", "区划名称", "行政区划名称", "单位名称", "社区名称", "全称"],
    )),
    Field::new("level", "层级", &["level", "级别", "机构层级", "机构级别", "区划级别", "行政级别"]),
    Field::new(
        "parent",
        "上级",
        &[
            "parent",
            "上级代码",
            "上级机构",
            "上级机构代码",
            "上级区划代码",
            "上级编码",
            "父级代码",
            "所属上级",
        ],
    ),
];
