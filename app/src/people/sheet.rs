//! The columns of lists about retirees who are registered: their relatives, new telephone numbers,
//! the special groups that other departments list.

use sheets::{Content, Field, Need};

const fn needed(field: Field) -> Field {
    Field { required: Need::Required, ..field }
}

const fn holding(field: Field, content: Content) -> Field {
    Field { content, ..field }
}

/// Whom a row speaks of.
pub const NAME: Field = needed(holding(
    Field::new(
        "name",
        "姓名",
        &[
            "退休人员姓名",
            "退休人员",
            "老人姓名",
            "本人姓名",
            "人员姓名",
            "离退休人员姓名",
            "参保人姓名",
            "AAC003",
        ],
    ),
    Content::Name,
));
/// The identity number of whom a row speaks of.
pub const IDENTITY: Field = holding(
    Field::new(
        "identity",
        "证件号码",
        &[
            "身份证号",
            "身份证号码",
            "公民身份号码",
            "身份证",
            "退休人员证件号码",
            "退休人员身份证号",
            "退休人员身份证号码",
            "本人身份证号",
            "居民身份证号码",
            "社会保障号码",
            "AAC147",
            "AAC002",
        ],
    ),
    Content::Identity,
);

/// Relatives, contacts and dependants.
pub const RELATIVES: &[Field] = &[
    NAME,
    IDENTITY,
    needed(Field::new(
        "relative",
        "亲属姓名",
        &["家属姓名", "联系人姓名", "联系人", "家庭成员姓名", "子女姓名", "供养亲属姓名", "家属"],
    )),
    needed(Field::new(
        "relation",
        "关系",
        &[
            "与退休人员关系",
            "与本人关系",
            "与老人关系",
            "亲属关系",
            "家属关系",
            "联系人关系",
            "称谓",
        ],
    )),
    holding(
        Field::new(
            "relative_phone",
            "亲属电话",
            &[
                "家属电话",
                "联系人电话",
                "联系人手机",
                "亲属联系电话",
                "家属联系电话",
                "联系电话",
                "手机号码",
                "电话",
            ],
        ),
        Content::Phone,
    ),
    Field::new(
        "relative_identity",
        "亲属证件号码",
        &[
            "亲属身份证号",
            "亲属身份证号码",
            "家属身份证号",
            "联系人身份证号",
            "供养亲属身份证号",
            "家庭成员身份证号",
        ],
    ),
    Field::new(
        "relative_born_on",
        "亲属出生日期",
        &["家属出生日期", "亲属出生年月", "家属出生年月", "供养亲属出生日期", "子女出生日期"],
    ),
    Field::new(
        "relative_address",
        "亲属住址",
        &["家属住址", "亲属居住地址", "家属地址", "联系人地址", "联系人住址", "家庭住址", "住址"],
    ),
    Field::new(
        "household",
        "居住情况",
        &["是否同住", "同住情况", "与老人同住", "居住关系", "共同居住"],
    ),
    Field::new(
        "contact_rank",
        "联系次序",
        &["联系顺序", "联系人次序", "联系人序号", "紧急联系次序", "次序"],
    ),
    Field::new(
        "dependant_since",
        "开始供养日期",
        &["供养开始日期", "供养起始日期", "供养起", "享受供养待遇日期", "开始供养时间"],
    ),
    Field::new(
        "dependant_until",
        "终止供养日期",
        &["供养终止日期", "供养结束日期", "供养止", "停止供养日期", "终止供养时间"],
    ),
];

/// New telephone numbers.
pub const PHONES: &[Field] = &[
    NAME,
    IDENTITY,
    needed(holding(
        Field::new(
            "phone",
            "新电话",
            &[
                "新手机号",
                "新手机号码",
                "新电话号码",
                "新联系电话",
                "变更后电话",
                "变更后手机号",
                "变更后联系电话",
                "现电话",
                "现联系电话",
                "现手机号",
                "手机号码",
                "手机号",
                "手机",
                "联系电话",
                "电话",
            ],
        ),
        Content::Phone,
    )),
    Field::new(
        "phone2",
        "新固定电话",
        &["固定电话", "座机", "住宅电话", "备用电话", "其他电话", "新座机"],
    ),
    Field::new(
        "phone_before",
        "原电话",
        &["原手机号", "原手机号码", "原联系电话", "旧电话", "变更前电话", "变更前手机号", "原号码"],
    ),
];

/// A list of a special group.
pub const SPECIAL: &[Field] = &[
    NAME,
    IDENTITY,
    Field::new(
        "mark",
        "特殊群体",
        &[
            "特殊人群",
            "人员类别",
            "特殊人员",
            "特殊类别",
            "类别",
            "困难类型",
            "救助类型",
            "对象类别",
            "残疾类别",
            "优抚类别",
        ],
    ),
    Field::new(
        "evidence",
        "依据",
        &[
            "证书编号",
            "证号",
            "残疾证号",
            "低保证号",
            "文件依据",
            "认定依据",
            "批准文号",
            "证件编号",
        ],
    ),
];
