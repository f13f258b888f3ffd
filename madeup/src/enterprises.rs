//! The made-up enterprises people retired from.

use crate::Plan;
use crate::dice::{Dice, Stream};
use crate::numbers::credit_code;

/// 表头：央企、省企、市企、区企；其余为民营及其他。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ownership {
    Central,
    Province,
    City,
    District,
    Private,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeUpEnterprise {
    pub index: u32,
    /// 统一社会信用代码，第18位符合GB 32100。
    pub credit_code: String,
    pub name: String,
    pub ownership: Ownership,
    /// Still there: a vanished enterprise cannot be asked for its papers.
    pub still_exists: bool,
}

const WORDS: [&str; 16] = [
    "东升", "宏远", "永安", "兴华", "胜利", "前进", "光明", "长江", "建新", "振兴", "红星", "友谊",
    "金鹤", "松柏", "和平", "曙光",
];
const TRADES: [&str; 16] = [
    "纺织厂",
    "机械厂",
    "化工厂",
    "无线电厂",
    "食品厂",
    "印刷厂",
    "造纸厂",
    "轴承厂",
    "百货公司",
    "建筑公司",
    "运输公司",
    "橡胶厂",
    "服装厂",
    "水泥厂",
    "钢铁厂",
    "仪表厂",
];

/// How many enterprises the plan has: about one for 250 people.
pub fn n_enterprises(plan: &Plan) -> u64 {
    (plan.people / 250).clamp(20, 20_000)
}

/// The enterprise with this index, from plan and index alone.
pub fn enterprise(plan: &Plan, index: u32) -> MadeUpEnterprise {
    let mut dice = Dice::new(plan.seed, Stream::Enterprise, u64::from(index));
    let word = WORDS[index as usize % WORDS.len()];
    let trade = TRADES[(index as usize / WORDS.len() + index as usize) % TRADES.len()];
    let round = index as usize / (WORDS.len() * TRADES.len());
    let name = match round {
        0 => format!("示范{word}{trade}"),
        _ => format!("示范{word}第{}{trade}", round + 1),
    };
    MadeUpEnterprise {
        index,
        credit_code: credit_code(u64::from(index)),
        name,
        ownership: dice.weighted(&[
            (Ownership::Central, 6),
            (Ownership::Province, 12),
            (Ownership::City, 34),
            (Ownership::District, 28),
            (Ownership::Private, 20),
        ]),
        still_exists: dice.happens(5_500),
    }
}

/// All enterprises of the plan, in the order of their index.
pub fn enterprises(plan: &Plan) -> impl Iterator<Item = MadeUpEnterprise> + use<> {
    let plan = *plan;
    (0..n_enterprises(&plan) as u32).map(move |index| enterprise(&plan, index))
}
