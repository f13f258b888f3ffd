//! 编造的人：号码的前六位从未使用过。

use jiff::civil::{Date, date};

/// What is true of a made-up person.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub name: &'static str,
    pub born: Date,
    pub is_woman: bool,
    pub phone: &'static str,
    pub address: &'static str,
    pub hukou: &'static str,
    pub enterprise: &'static str,
    pub retired: Date,
    /// In fen.
    pub pension: i64,
    pub station: &'static str,
}

impl Person {
    /// The identity number, right in form and check.
    #[must_use]
    pub fn number(&self) -> String {
        let at = PEOPLE.iter().position(|one| one.name == self.name).unwrap_or(0);
        let sequence = 10 + at * 2 + usize::from(!self.is_woman);
        let digits = format!("990101{}{sequence:03}", self.born.strftime("%Y%m%d"));
        let check = rules::identity::check_digit(&digits).unwrap_or('0');
        format!("{digits}{check}")
    }

    /// The number of fifteen figures that was in use before.
    #[must_use]
    pub fn old_number(&self) -> String {
        let number = self.number();
        format!("{}{}", &number[..6], &number[8..17])
    }

    #[must_use]
    pub fn sex(&self) -> &'static str {
        if self.is_woman { "女" } else { "男" }
    }
}

pub const PEOPLE: &[Person] = &[
    Person {
        name: "张三丰",
        born: date(1950, 3, 5),
        is_woman: false,
        phone: "19400000101",
        address: "青山路1号2单元301室",
        hukou: "示范市青山区青山路1号",
        enterprise: "示范市第一机床厂",
        retired: date(2010, 3, 1),
        pension: 325_650,
        station: "青山社区",
    },
    Person {
        name: "李秀英",
        born: date(1956, 12, 31),
        is_woman: true,
        phone: "19400000102",
        address: "青山路8号",
        hukou: "示范市青山区青山路8号",
        enterprise: "示范市第二纺织厂",
        retired: date(2006, 12, 1),
        pension: 288_000,
        station: "青山社区",
    },
    Person {
        name: "阿依古丽·买买提",
        born: date(1952, 2, 29),
        is_woman: true,
        phone: "19400000103",
        address: "松涛巷15号",
        hukou: "示范市青山区松涛巷15号",
        enterprise: "示范市第一机床厂",
        retired: date(2002, 2, 1),
        pension: 301_275,
        station: "松涛社区",
    },
    Person {
        name: "𠮷长安",
        born: date(1948, 10, 1),
        is_woman: false,
        phone: "19400000104",
        address: "松涛巷20号",
        hukou: "示范市青山区松涛巷20号",
        enterprise: "示范市红星五金厂",
        retired: date(2008, 10, 1),
        pension: 410_005,
        station: "松涛社区",
    },
    Person {
        name: "欧阳建国",
        born: date(1949, 1, 9),
        is_woman: false,
        phone: "19400000105",
        address: "青山路30号院3号楼",
        hukou: "示范市青山区青山路30号",
        enterprise: "示范市供销社",
        retired: date(2009, 1, 1),
        pension: 297_860,
        station: "青山社区",
    },
    Person {
        name: "王桂兰",
        born: date(1955, 7, 8),
        is_woman: true,
        phone: "19400000106",
        address: "松涛巷2号",
        hukou: "示范市青山区松涛巷2号",
        enterprise: "示范市第二纺织厂",
        retired: date(2005, 7, 1),
        pension: 276_490,
        station: "松涛社区",
    },
];
