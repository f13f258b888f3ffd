//! 特殊人员: marks and since when.

use jiff::civil::Date;

use super::family::Family;
use super::life::Life;
use super::{Mark, RetirementKind};
use crate::Plan;
use crate::days::{days_later, n_days_between, years_later};
use crate::dice::Dice;

/// The marks of a life in its family.
pub(super) fn marks(
    plan: &Plan,
    dice: &mut Dice,
    life: &Life,
    family: &Family,
) -> Vec<(Mark, Date)> {
    let last_on = life.died_on.unwrap_or(plan.today);
    let aged_on = years_later(life.born_on, 80);
    let ill = dice.happens(300);
    let destitute = dice.happens(150);
    let model_worker = dice.happens(50);
    let pre_founding = life.retirement == RetirementKind::PreFounding;
    let special_trade = life.retirement == RetirementKind::SpecialTrade;
    let mut since = || {
        let n_days = n_days_between(life.taken_in_on, last_on);
        days_later(life.taken_in_on, dice.between(0, n_days))
    };
    let mut held = Vec::new();
    let mut hold = |holds: bool, mark, on| {
        if holds {
            held.push((mark, on));
        }
    };
    hold(family.lonely, Mark::Lonely, since());
    hold(family.lives_alone, Mark::LivesAlone, since());
    hold(ill, Mark::GravelyIll, since());
    hold(destitute, Mark::Destitute, since());
    hold(aged_on <= last_on, Mark::Aged, aged_on);
    hold(model_worker, Mark::ModelWorker, life.taken_in_on);
    hold(pre_founding, Mark::PreFounding, life.taken_in_on);
    hold(special_trade, Mark::SpecialTrade, life.taken_in_on);
    held
}
