//! The made-up city and its organisations.

use crate::Plan;
use crate::dice::{Dice, Stream};

/// Which rung of the tree: codes grow with it (4, 6, 9, 12 digits, and `-NN` for a group).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrgLevel {
    City,
    District,
    Street,
    Station,
    Group,
}

/// Bodies of one level share the code and differ in kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrgKind {
    /// 企业退休人员管理服务机构（退管办）
    RetireeOffice,
    /// 社会保险经办机构
    Agency,
    /// 人力资源和社会保障行政部门
    Administration,
    /// 街道（乡镇）
    Street,
    /// 社区工作站
    Station,
    /// 自管互助小组
    Group,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeUpOrg {
    /// The 12-digit statistical division code cut to the level; a group adds `-NN`.
    pub code: String,
    pub name: String,
    pub level: OrgLevel,
    pub kind: OrgKind,
    /// The code of the level above; none for the city.
    pub parent: Option<String>,
}

pub(crate) const CITY: &str = "松鹤示范市";
const CITY_CODE: &str = "9901";
pub(crate) const DISTRICTS: [&str; 12] = [
    "松涛示范区",
    "鹤鸣示范区",
    "云岭示范区",
    "澄湖示范区",
    "望江示范区",
    "柳浦示范区",
    "梅山示范区",
    "莲塘示范区",
    "竹溪示范区",
    "桃源示范区",
    "兰亭示范区",
    "枫桥示范区",
];
const STREET_WORDS: [[&str; 12]; 2] = [
    ["青", "云", "明", "新", "春", "东", "南", "西", "北", "长", "永", "和"],
    ["松", "湖", "桥", "山", "港", "苑", "塘", "林", "溪", "华", "安", "平"],
];
const STATION_WORDS: [[&str; 40]; 2] = [
    [
        "桂", "梅", "兰", "竹", "菊", "荷", "柳", "枫", "杏", "桃", "槐", "榆", "杉", "樟", "棠",
        "莲", "菱", "芦", "茶", "橘", "金", "银", "玉", "锦", "翠", "碧", "丹", "紫", "朝", "晚",
        "福", "康", "泰", "祥", "瑞", "乐", "怡", "静", "仁", "义",
    ],
    [
        "园", "苑", "里", "桥", "塘", "湾", "坊", "巷", "岸", "堤", "井", "亭", "台", "阁", "庭",
        "岭", "坡", "沟", "泉", "渡", "门", "街", "营", "庄", "圃", "洲", "浜", "泾", "埠", "墩",
        "花", "荫", "晖", "霞", "景", "和", "兴", "宁", "丰", "盛",
    ],
];
/// Stations of three neighbouring streets in a large city.
const STATIONS_OF_THREE: [u64; 3] = [11, 12, 12];
const SMALL: u64 = 50_000;

/// The shape of the city, from the number of people alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    n_districts: u64,
    n_streets: u64,
    small: bool,
}

impl Layout {
    pub(crate) fn new(plan: &Plan) -> Self {
        let small = plan.people <= SMALL;
        if small {
            return Self { n_districts: 2, n_streets: 8, small };
        }
        let n_districts = (2 + plan.people / 333_000).min(DISTRICTS.len() as u64);
        let n_streets = (plan.people * 6 / 100_000).clamp(9, n_districts * 99);
        Self { n_districts, n_streets, small }
    }

    pub(crate) fn n_stations(&self) -> u64 {
        self.first_station(self.n_streets)
    }

    /// The first street of a district; the second district of a small city is small.
    fn first_street(&self, district: u64) -> u64 {
        match (self.small, district) {
            (true, 0) => 0,
            (true, 1) => 6,
            _ => (district * self.n_streets).div_ceil(self.n_districts),
        }
    }

    pub(crate) fn district_of(&self, street: u64) -> u64 {
        if self.small { u64::from(street >= 6) } else { street * self.n_districts / self.n_streets }
    }

    fn n_stations_of(&self, street: u64) -> u64 {
        if self.small { 10 } else { STATIONS_OF_THREE[(street % 3) as usize] }
    }

    /// The street of a station and the station's place in it.
    pub(crate) fn street_of(&self, station: u64) -> (u64, u64) {
        if self.small {
            return (station / 10, station % 10);
        }
        let (threes, left) = (station / 35 * 3, station % 35);
        match left {
            0..11 => (threes, left),
            11..23 => (threes + 1, left - 11),
            _ => (threes + 2, left - 23),
        }
    }

    fn first_station(&self, street: u64) -> u64 {
        if self.small {
            return street * 10;
        }
        street / 3 * 35 + [0, 11, 23][(street % 3) as usize]
    }
}

fn district_code(district: u64) -> String {
    format!("{CITY_CODE}{:02}", district + 1)
}

fn street_code(layout: &Layout, street: u64) -> String {
    let district = layout.district_of(street);
    let nth = street - layout.first_street(district);
    format!("{}{:03}", district_code(district), nth + 1)
}

pub(crate) fn street_name(street: u64) -> String {
    let [first, second] = STREET_WORDS;
    let round = street / 12;
    let name = format!(
        "{}{}示范",
        first[(street % 12) as usize],
        second[((street + round) % 12) as usize]
    );
    if round < 12 { format!("{name}街道") } else { format!("{name}第{}街道", round / 12 + 1) }
}

/// How many stations the plan's city has.
pub fn n_stations(plan: &Plan) -> u64 {
    Layout::new(plan).n_stations()
}

/// The 12-digit code of a station by its index.
pub fn station_code(plan: &Plan, station: u32) -> String {
    let layout = Layout::new(plan);
    let (street, nth) = layout.street_of(u64::from(station));
    format!("{}{:03}", street_code(&layout, street), nth + 1)
}

/// The name of a station by its index; no two stations of a plan share one.
pub fn station_name(station: u32) -> String {
    let [first, second] = STATION_WORDS;
    let station = u64::from(station);
    let round = station / 40;
    let name = format!(
        "{}{}示范",
        first[(station % 40) as usize],
        second[((station + round) % 40) as usize]
    );
    if round < 40 { format!("{name}社区") } else { format!("{name}第{}社区", round / 40 + 1) }
}

/// How many self-managed groups a station has: two to four.
pub(crate) fn n_groups(plan: &Plan, station: u64) -> u64 {
    2 + Dice::new(plan.seed, Stream::Station, station).below(3)
}

/// A station for one person: some stations are twice as large as others.
pub(crate) fn settle(plan: &Plan, dice: &mut Dice) -> u64 {
    let n_stations = n_stations(plan);
    loop {
        let station = dice.below(n_stations);
        let share = 100 + Dice::new(plan.seed ^ 1, Stream::Station, station).below(101);
        if dice.below(200) < share {
            return station;
        }
    }
}

/// Every organisation of the plan, parents before children.
pub fn orgs(plan: &Plan) -> Vec<MadeUpOrg> {
    let layout = Layout::new(plan);
    let mut all = offices(CITY, CITY_CODE, OrgLevel::City, None);
    for district in 0..layout.n_districts {
        let code = district_code(district);
        let name = format!("{CITY}{}", DISTRICTS[district as usize]);
        all.extend(offices(&name, &code, OrgLevel::District, Some(CITY_CODE)));
    }
    for street in 0..layout.n_streets {
        let code = street_code(&layout, street);
        all.push(MadeUpOrg {
            name: street_name(street),
            level: OrgLevel::Street,
            kind: OrgKind::Street,
            parent: Some(district_code(layout.district_of(street))),
            code: code.clone(),
        });
        let first = layout.first_station(street);
        for station in first..first + layout.n_stations_of(street) {
            all.extend(station_and_groups(plan, &code, station));
        }
    }
    all
}

fn offices(name: &str, code: &str, level: OrgLevel, parent: Option<&str>) -> Vec<MadeUpOrg> {
    let bodies = [
        (OrgKind::RetireeOffice, "企业退休人员管理服务办公室"),
        (OrgKind::Agency, "社会保险经办中心"),
        (OrgKind::Administration, "人力资源和社会保障局"),
    ];
    let made = bodies.map(|(kind, suffix)| MadeUpOrg {
        code: code.to_owned(),
        name: format!("{name}{suffix}"),
        level,
        kind,
        parent: parent.map(str::to_owned),
    });
    made.into()
}

fn station_and_groups(plan: &Plan, street: &str, station: u64) -> Vec<MadeUpOrg> {
    let index = station as u32;
    let (code, name) = (station_code(plan, index), station_name(index));
    let mut made = vec![MadeUpOrg {
        code: code.clone(),
        name: name.clone(),
        level: OrgLevel::Station,
        kind: OrgKind::Station,
        parent: Some(street.to_owned()),
    }];
    made.extend((1..=n_groups(plan, station)).map(|nth| MadeUpOrg {
        code: format!("{code}-{nth:02}"),
        name: format!("{name}第{nth}自管互助小组"),
        level: OrgLevel::Group,
        kind: OrgKind::Group,
        parent: Some(code.clone()),
    }));
    made
}
