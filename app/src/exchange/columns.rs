//! The columns of a roster: what each is called, in offices and in the systems of the insurance.

use sheets::{Content, Field, Need};

/// A column whose values tell what it is, whatever its title says.
const fn telling(field: Field, content: Content, required: Need) -> Field {
    Field { content, required, ..field }
}

macro_rules! columns {
    ($($name:ident = $field:expr;)*) => {
        /// A column of the roster.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Col { $($name),* }

        /// Every column, in the order of [`Col`].
        pub const FIELDS: &[Field] = &[$($field),*];

        const ALL: &[Col] = &[$(Col::$name),*];
    };
}

columns! {
    Name = telling(Field::new("name", "姓名", &[
        "退休人员姓名", "人员姓名", "离退休人员姓名", "名字", "职工姓名",
        "退休人员", "参保人姓名", "AAC003",
    ]), Content::Name, Need::Required);
    Identity = telling(Field::new("identity", "证件号码", &[
        "身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "身份证", "居民身份证号码",
        "有效证件号码", "证件号", "社会保障号码", "AAC147", "AAC002",
    ]), Content::Identity, Need::Required);
    IdKind = Field::new("id_kind", "证件类型", &[
        "证件种类", "身份证件类型", "有效证件类型", "证件名称", "证照类型", "AAC058",
    ]);
    Sex = telling(Field::new("sex", "性别", &[
        "人员性别", "男女", "性別", "性别（男女）", "性别代码", "AAC004",
    ]), Content::Sex, Need::Optional);
    Born = telling(Field::new("born_on", "出生日期", &[
        "出生年月", "出生年月日", "生日", "出生时间", "证件出生日期", "身份证出生日期", "AAC006",
    ]), Content::Date, Need::Optional);
    ArchiveBorn = Field::new("archive_born_on", "档案出生日期", &[
        "档案出生年月", "档案年龄", "档案出生时间", "档案记载出生日期", "人事档案出生日期",
        "认定出生日期", "AIC020",
    ]);
    Ethnic = Field::new("ethnic", "民族", &[
        "民族名称", "所属民族", "民族代码", "族别", "民族成分", "AAC005",
    ]);
    Political = Field::new("political", "政治面貌", &[
        "政治面目", "党派", "是否党员", "政治面貌代码", "党员情况", "AAC024",
    ]);
    Education = Field::new("education", "文化程度", &[
        "学历", "最高学历", "文化水平", "受教育程度", "学历层次", "AAC011",
    ]);
    Marital = Field::new("marital", "婚姻状况", &[
        "婚姻", "婚姻情况", "婚否", "婚姻状态", "婚姻状况代码", "AAC017",
    ]);
    Phone = telling(Field::new("phone", "手机号码", &[
        "手机", "联系电话", "移动电话", "本人电话", "本人联系电话", "手机号", "联系方式", "电话",
        "电话号码", "AAE005", "AAC067",
    ]), Content::Phone, Need::Optional);
    Phone2 = Field::new("phone2", "固定电话", &[
        "座机", "住宅电话", "家庭电话", "常住地电话", "宅电", "备用电话", "联系电话2", "AAE005_2",
    ]);
    Hukou = Field::new("hukou_address", "户籍地址", &[
        "户口所在地", "户籍所在地", "户口地址", "户籍地", "户籍住址", "户口所在地详细地址", "AAC010",
    ]);
    Address = Field::new("address", "居住地址", &[
        "常住地", "家庭住址", "现住址", "现居住地址", "住址", "居住地", "常住地址", "通讯地址",
        "联系地址", "家庭地址", "AAE006",
    ]);
    Station = Field::new("station", "所属社区", &[
        "社区", "社区名称", "社区代码", "所在社区", "管理社区", "社区站", "居委会", "村居",
        "所属社区代码", "社区（村）", "服务社区", "AAB301", "AAF013",
    ]);
    Enterprise = Field::new("enterprise", "原单位", &[
        "原工作单位", "单位名称", "退休单位", "原工作单位名称", "所属企业", "企业名称", "工作单位",
        "参保单位", "退休时单位", "AAB004",
    ]);
    Retirement = Field::new("retirement_kind", "退休类别", &[
        "离退休类别", "退休类型", "退休方式", "退休种类", "退休性质", "离退休方式", "AIC161",
    ]);
    Retired = Field::new("retired_on", "退休日期", &[
        "退休年月", "退休时间", "离退休日期", "离退休时间", "离退休年月", "办理退休时间", "AIC162",
    ]);
    Pension = Field::new("pension", "养老金", &[
        "养老金（元/月）", "月养老金", "基本养老金", "养老金金额", "退休金", "月领取养老金",
        "养老待遇", "待遇金额", "AIC263", "AAE019",
    ]);
    PensionFrom = Field::new("pension_from", "待遇开始年月", &[
        "养老金开始年月", "待遇享受开始年月", "开始领取年月", "待遇起始时间", "养老金领取时间",
        "享受待遇时间", "首次发放年月", "AIC160",
    ]);
    Insurance = Field::new("insurance_no", "个人编号", &[
        "社保编号", "社会保险号", "个人社保编号", "人员编号", "社保号", "职工编号", "保险号", "AAC001",
    ]);
    Management = Field::new("management", "管理形式", &[
        "社会化管理形式", "管理类型", "管理方式", "社会化管理方式", "管理类别", "管理形式代码",
        "AAE146",
    ]);
    ContactName = Field::new("contact_name", "联系人", &[
        "联系人姓名", "家庭联系人", "家庭联系人1姓名", "紧急联系人", "紧急联系人姓名", "亲属姓名",
        "家属姓名", "AAE004",
    ]);
    ContactPhone = Field::new("contact_phone", "联系人电话", &[
        "联系人联系电话", "家庭联系人电话", "家庭联系人1联系电话", "紧急联系人电话", "亲属电话",
        "家属电话", "联系人手机", "亲属联系电话", "AAE005_1",
    ]);
    ContactRelation = Field::new("contact_relation", "与联系人关系", &[
        "联系人关系", "家庭联系人1关系", "与本人关系", "关系", "紧急联系人关系", "亲属关系",
        "家属关系", "AAC069",
    ]);
    Marks = Field::new("marks", "特殊人员", &[
        "特殊人群", "人员标记", "特殊标记", "特殊情况", "重点人员", "特殊群体", "重点服务对象",
        "特殊类别", "AIC180",
    ]);
    Away = Field::new("away", "居住地类别", &[
        "异地居住类别", "居住类别", "居住地情况", "是否异地", "异地居住", "居住情况", "AAE147",
    ]);
    AwayPlace = Field::new("away_place", "异地居住地", &[
        "异地居住地址", "异地地址", "外地居住地", "异地居住地点", "居住国家或地区", "境外居住地",
        "异地详细地址",
    ]);
    TakenIn = Field::new("taken_in_on", "纳入管理日期", &[
        "移交日期", "接收日期", "移交时间", "接收时间", "纳入社区管理日期", "转入日期", "转入时间",
        "社会化管理日期", "AAE150",
    ]);
    Remarks = Field::new("remarks", "备注", &[
        "说明", "备注说明", "其他说明", "备注信息", "附注", "其它", "AAE013",
    ]);
}

/// How many columns a roster may have that we know.
pub const N: usize = FIELDS.len();

impl Col {
    /// Its description.
    #[must_use]
    pub fn field(self) -> &'static Field {
        &FIELDS[self as usize]
    }

    /// The column with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let at = FIELDS.iter().position(|field| field.key == key)?;
        ALL.get(at).copied()
    }

    /// Every column.
    #[must_use]
    pub fn all() -> &'static [Self] {
        ALL
    }
}
