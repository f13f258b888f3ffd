//! The columns of a list of enterprises.

use sheets::{Content, Field, Need};

/// Enterprises.
pub const ENTERPRISES: &[Field] = &[
    Field {
        key: "name",
        title: "企业名称",
        synonyms: &[
            "单位名称",
            "名称",
            "企业",
            "单位",
            "企业全称",
            "单位全称",
            "公司名称",
            "参保单位名称",
            "移交企业",
            "原工作单位",
        ],
        content: Content::Any,
        required: Need::Required,
    },
    Field {
        key: "credit_code",
        title: "统一社会信用代码",
        synonyms: &[
            "社会信用代码",
            "信用代码",
            "统一信用代码",
            "统一社会信用代码号",
            "企业代码",
            "单位代码",
            "信用代码证号",
            "credit_code",
        ],
        content: Content::Any,
        required: Need::Optional,
    },
];
