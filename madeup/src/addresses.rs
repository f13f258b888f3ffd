//! Structured addresses in places that do not exist.

use std::fmt;

use crate::Plan;
use crate::dice::Dice;
use crate::orgs::{CITY, DISTRICTS, Layout, street_name};
use crate::person::AwayKind;

/// An address whose parts can be searched and compared; it prints in the usual order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// City, or province and city, or country.
    pub city: &'static str,
    /// Empty abroad.
    pub district: &'static str,
    /// 街道; empty outside the city.
    pub street: String,
    pub road: &'static str,
    /// 号
    pub house_no: u16,
    /// 幢
    pub building: u16,
    /// 单元
    pub unit: u8,
    /// Floor and door: 502 is the second door of the fifth floor.
    pub room: u16,
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { city, district, street, road, house_no, building, unit, room } = self;
        write!(out, "{city}{district}{street}{road}{house_no}号")?;
        write!(out, "{building}幢{unit}单元{room}室")
    }
}

const ROADS: [&str; 36] = [
    "梧桐路",
    "解放路",
    "人民路",
    "建设路",
    "和平路",
    "新华路",
    "文化路",
    "中山路",
    "朝阳路",
    "青年路",
    "团结路",
    "胜利路",
    "友谊路",
    "工农路",
    "前进路",
    "光明路",
    "长春路",
    "永宁路",
    "滨河路",
    "湖滨路",
    "学府路",
    "公园路",
    "车站路",
    "体育场路",
    "松鹤巷",
    "杨柳巷",
    "石桥巷",
    "水井巷",
    "棉纺里",
    "机床里",
    "钢花里",
    "铁路里",
    "邮电巷",
    "丁香路",
    "银杏路",
    "玉兰路",
];
const SAME_PROVINCE: [&str; 4] =
    ["示范省云台示范市", "示范省清江示范市", "示范省白沙示范市", "示范省临海示范市"];
const OTHER_PROVINCES: [&str; 4] = ["外省示范甲市", "外省示范乙市", "外省示范丙市", "外省示范丁市"];
const ABROAD: [&str; 3] = ["境外示范国甲城", "境外示范国乙城", "境外示范国丙城"];

fn built(dice: &mut Dice, city: &'static str, district: &'static str, street: String) -> Address {
    Address {
        city,
        district,
        street,
        road: dice.pick(&ROADS),
        house_no: dice.between(1, 399) as u16,
        building: dice.between(1, 28) as u16,
        unit: dice.between(1, 4) as u8,
        room: (dice.between(1, 7) * 100 + dice.between(1, 4)) as u16,
    }
}

/// Somewhere in the street of the station.
pub(crate) fn near_station(plan: &Plan, dice: &mut Dice, station: u64) -> Address {
    let layout = Layout::new(plan);
    let (street, _) = layout.street_of(station);
    let district = DISTRICTS[layout.district_of(street) as usize];
    built(dice, CITY, district, street_name(street))
}

/// Where someone lives who is away; at the station for those who are here.
pub(crate) fn away(plan: &Plan, dice: &mut Dice, kind: AwayKind, station: u64) -> Address {
    let (city, district) = match kind {
        AwayKind::Here => return near_station(plan, dice, station),
        AwayKind::SameProvince => (dice.pick(&SAME_PROVINCE), "城中示范区"),
        AwayKind::OtherProvince => (dice.pick(&OTHER_PROVINCES), "城东示范区"),
        AwayKind::Abroad => (dice.pick(&ABROAD), ""),
    };
    built(dice, city, district, String::new())
}
