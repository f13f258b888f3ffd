//! A made-up retiree as somebody would enter them.

use jiff::civil::Date;
use madeup::{AwayKind, IdentityKind, MadeUpPerson, Management, Marital, Relation, RetirementKind};
use rules::facts::{Away, Mark};

use crate::registry::NewPerson;
use crate::registry::relatives::NewRelative;

/// The fields of a retiree.
pub fn fields(of: &MadeUpPerson, enterprise: Option<&(i64, String)>) -> NewPerson {
    let away = match of.away {
        AwayKind::Here => Away::Here,
        AwayKind::SameProvince => Away::InProvince,
        AwayKind::OtherProvince => Away::OtherProvince,
        AwayKind::Abroad => Away::Abroad,
    };
    let is_passport = of.identity_kind == IdentityKind::Passport;
    let sex = if of.sex == madeup::Sex::Male { "1" } else { "2" };
    NewPerson {
        name: of.name.clone(),
        id_kind: if is_passport { "passport" } else { "" }.to_owned(),
        id_number: of.identity.clone(),
        born_on: Some(of.born_on),
        archive_born_on: Some(of.archive_born_on).filter(|day| *day != of.born_on),
        sex: sex.to_owned(),
        ethnic: of.ethnic.code.to_owned(),
        political: of.political.code.to_owned(),
        education: of.education.code.to_owned(),
        marital: marital(of.marital).to_owned(),
        phone: of.phone.clone().unwrap_or_default(),
        phone2: of.landline.clone().unwrap_or_default(),
        hukou_address: of.hukou.to_string(),
        address: of.residence.to_string(),
        away: away.code().to_owned(),
        enterprise: enterprise.map(|(id, _)| *id),
        enterprise_name: enterprise.map_or_else(String::new, |(_, name)| name.clone()),
        retirement_kind: retirement(of.retirement).to_owned(),
        retired_on: Some(of.retired_on),
        pension_fen: Some(of.pension_fen),
        pension_from: Some(of.pension_from),
        insurance_no: of.insurance_no.clone(),
        management: management(of.management).to_owned(),
        marks: of.marks.iter().filter_map(|(mark, _)| mark_of(*mark)).collect(),
        ..NewPerson::default()
    }
}

/// AAC017 has one code for who is married.
fn marital(of: Marital) -> &'static str {
    match of {
        Marital::Unmarried => "1",
        Marital::FirstMarriage | Marital::Remarried => "2",
        Marital::Widowed => "3",
        Marital::Divorced => "4",
    }
}

/// AIC161.
fn retirement(of: RetirementKind) -> &'static str {
    match of {
        RetirementKind::PreFounding => "0",
        RetirementKind::Normal => "2",
        RetirementKind::Illness => "4",
        RetirementKind::SpecialTrade => "5",
        RetirementKind::WorkInjury => "6",
        RetirementKind::Flexible => "9",
    }
}

/// AAE146.
fn management(of: Management) -> &'static str {
    match of {
        Management::Community => "1",
        Management::Agency => "2",
        Management::Enterprise => "3",
        Management::Other => "9",
    }
}

fn mark_of(mark: madeup::Mark) -> Option<Mark> {
    Some(match mark {
        madeup::Mark::Lonely => Mark::Alone,
        madeup::Mark::Aged => Mark::Aged,
        madeup::Mark::GravelyIll => Mark::Ill,
        madeup::Mark::Destitute => Mark::Poor,
        madeup::Mark::PreFounding => Mark::BeforePrc,
        madeup::Mark::ModelWorker => Mark::Model,
        madeup::Mark::LivesAlone => Mark::LivesAlone,
        madeup::Mark::SpecialTrade => return None,
    })
}

/// The relatives and whom to call, one row a person; dependants are followed from a day on.
pub fn relatives(of: &MadeUpPerson, since: Date) -> Vec<NewRelative> {
    let mut rows: Vec<NewRelative> = of
        .relatives
        .iter()
        .map(|one| NewRelative {
            name: one.name.clone(),
            relation: relation(one.relation).to_owned(),
            id_number: one.identity.clone(),
            born_on: Some(one.born_on),
            phone: one.phone.clone().unwrap_or_default(),
            household: "same".to_owned(),
            dependant_since: one.is_dependant.then_some(since),
            ..NewRelative::default()
        })
        .collect();
    for (rank, contact) in (1..).zip(&of.contacts) {
        match rows.iter_mut().find(|row| row.name == contact.name) {
            Some(row) => {
                row.contact_rank = Some(rank);
                row.phone.clone_from(&contact.phone);
            }
            None => rows.push(NewRelative {
                name: contact.name.clone(),
                relation: relation(contact.relation).to_owned(),
                phone: contact.phone.clone(),
                contact_rank: Some(rank),
                household: "near".to_owned(),
                ..NewRelative::default()
            }),
        }
    }
    rows
}

fn relation(of: Relation) -> &'static str {
    match of {
        Relation::Spouse => "spouse",
        Relation::Son => "son",
        Relation::Daughter => "daughter",
        Relation::Father => "father",
        Relation::Mother => "mother",
        Relation::Sibling => "sibling",
        Relation::NephewOrNiece => "nephew",
        Relation::Neighbour => "neighbour",
    }
}
