mod oracle;

use super::*;
use crate::facts::{Across, Away, CertifiedBy, Mark, Way};
use crate::law::{Law, LocalFigure};
use jiff::civil::date;

const STATION: i64 = 11;
const OTHER_STATION: i64 = 12;
const HOME: FactKind = FactKind::Contacted { way: Way::Home, about: 0 };
const TELEPHONE: FactKind = FactKind::Contacted { way: Way::Telephone, about: 0 };
const TAKEN_IN: FactKind = FactKind::TakenIn { station: STATION };
const ALONE: FactKind = FactKind::MarkSet { mark: Mark::Alone };

fn terms() -> Terms {
    Terms::from_law(&Law::embedded().unwrap()).unwrap()
}

/// Facts numbered from 1 in the order given, entered on the day they happened.
fn facts(list: &[(Date, FactKind)]) -> Vec<Fact> {
    let ids = 1..;
    ids.zip(list)
        .map(|(id, (on, kind))| Fact { id, on: *on, entered_on: *on, kind: *kind })
        .collect()
}

fn owed(born_on: Option<Date>, facts: &[Fact], today: Date) -> Vec<Duty> {
    let mut out = Vec::new();
    arising(&Subject { born_on, facts }, &terms(), today, &mut out).unwrap();
    out
}

fn of(rule: Rule, born_on: Option<Date>, facts: &[Fact], today: Date) -> Vec<Duty> {
    owed(born_on, facts, today).into_iter().filter(|duty| duty.rule == rule).collect()
}

fn settled(on: Date, by: i64, timeliness: Timeliness) -> State {
    State::Settled { on, entered_on: on, by, timeliness }
}

#[test]
fn wang_is_visited_within_the_month_he_is_taken_in() {
    let table = [
        (date(2026, 4, 9), date(2026, 4, 30), OnOr::Settled(date(2026, 4, 30), Timeliness::OnTime)),
        (date(2026, 4, 30), date(2026, 4, 30), OnOr::Settled(date(2026, 5, 1), Timeliness::Late)),
        (
            date(2026, 5, 31),
            date(2026, 5, 31),
            OnOr::Settled(date(2026, 5, 31), Timeliness::OnTime),
        ),
        (date(2026, 2, 1), date(2026, 2, 28), OnOr::Settled(date(2026, 8, 27), Timeliness::Late)),
        (date(2026, 2, 1), date(2026, 2, 28), OnOr::TooLate(date(2026, 8, 28))),
    ];
    for (taken_in_on, due_on, then) in table {
        let visited_on = match then {
            OnOr::Settled(on, _) | OnOr::TooLate(on) => on,
        };
        let wang = facts(&[(taken_in_on, TAKEN_IN), (visited_on, HOME)]);
        let duties = of(Rule::VisitNew, None, &wang, date(2026, 11, 23));
        assert_eq!(duties.len(), 1);
        assert_eq!((duties[0].due_on, duties[0].period, duties[0].cause), (due_on, 1, 1));
        let state = match then {
            OnOr::Settled(on, timeliness) => settled(on, 2, timeliness),
            OnOr::TooLate(_) => State::Missed { on: date(2026, 8, 27) },
        };
        assert_eq!(duties[0].state, state, "{taken_in_on}");
        assert_eq!(duties[0].version, date(2004, 1, 1));
    }
}

enum OnOr {
    Settled(Date, Timeliness),
    TooLate(Date),
}

#[test]
fn a_telephone_call_is_no_visit_and_a_paper_visit_keeps_both_days() {
    let mut wang = facts(&[
        (date(2026, 4, 9), TAKEN_IN),
        (date(2026, 4, 10), TELEPHONE),
        (date(2026, 4, 20), HOME),
    ]);
    wang[2].entered_on = date(2026, 6, 2);
    let duties = of(Rule::VisitNew, None, &wang, date(2026, 6, 3));
    let (on, entered_on) = (date(2026, 4, 20), date(2026, 6, 2));
    let timeliness = Timeliness::OnTime;
    assert_eq!(duties[0].state, State::Settled { on, entered_on, by: 3, timeliness });
    let before = of(Rule::VisitNew, None, &wang, date(2026, 4, 19));
    assert_eq!(before[0].state, State::Open);
}

#[test]
fn nothing_is_owed_before_somebody_is_taken_in() {
    let li = facts(&[(date(2026, 1, 5), ALONE), (date(2026, 1, 6), FactKind::Hospitalised)]);
    assert_eq!(owed(Some(date(1940, 1, 1)), &li, date(2026, 11, 23)), []);
    let refused = arising(
        &Subject { born_on: None, facts: &li },
        &terms(),
        date(2003, 12, 31),
        &mut Vec::new(),
    );
    assert_eq!(refused.unwrap_err().to_string(), "2003-12-31无「社会化管理服务」的有效规定");
}

#[test]
fn li_who_is_alone_is_visited_every_quarter() {
    let li = facts(&[
        (date(2025, 12, 1), TAKEN_IN),
        (date(2026, 2, 10), ALONE),
        (date(2026, 4, 3), HOME),
        (date(2026, 5, 6), HOME),
        (date(2026, 5, 7), HOME),
        (date(2026, 11, 2), FactKind::MarkEnded { mark: Mark::Alone }),
    ]);
    let duties = of(Rule::VisitAlone, None, &li, date(2026, 11, 23));
    let rows: Vec<_> = duties.iter().map(|d| (d.period, d.opens_on, d.due_on, d.state)).collect();
    assert_eq!(
        rows,
        [
            (
                20261,
                date(2026, 2, 10),
                date(2026, 3, 31),
                settled(date(2026, 4, 3), 3, Timeliness::Late)
            ),
            (
                20262,
                date(2026, 4, 1),
                date(2026, 6, 30),
                settled(date(2026, 5, 6), 4, Timeliness::OnTime)
            ),
            (20263, date(2026, 7, 1), date(2026, 9, 30), State::Missed { on: date(2026, 10, 30) }),
            (
                20264,
                date(2026, 10, 1),
                date(2026, 12, 31),
                State::Lapsed { on: date(2026, 11, 2), by: 6 }
            ),
        ]
    );
}

#[test]
fn a_mark_set_again_in_the_same_quarter_revives_the_same_duty() {
    let mark_ended = FactKind::MarkEnded { mark: Mark::Alone };
    let li = facts(&[
        (date(2026, 1, 1), TAKEN_IN),
        (date(2026, 1, 5), ALONE),
        (date(2026, 1, 20), mark_ended),
        (date(2026, 2, 10), ALONE),
    ]);
    let duties = of(Rule::VisitAlone, None, &li, date(2026, 3, 1));
    assert_eq!(duties.len(), 1);
    assert_eq!((duties[0].opens_on, duties[0].state), (date(2026, 2, 10), State::Open));
    let again = of(Rule::VisitAlone, None, &li, date(2026, 2, 1));
    assert_eq!(again[0].state, State::Lapsed { on: date(2026, 1, 20), by: 3 });
}

#[test]
fn zhao_is_visited_yearly_from_seventy_and_half_yearly_after_eighty() {
    let born_on = Some(date(1945, 8, 10));
    let zhao = facts(&[(date(2014, 1, 1), TAKEN_IN)]);
    let duties = of(Rule::VisitSenior, born_on, &zhao, date(2026, 11, 23));
    let keys: Vec<_> = duties.iter().map(|duty| duty.period).collect();
    assert_eq!(
        keys,
        [2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 20261, 20262]
    );
    assert_eq!(duties[0].opens_on, date(2015, 8, 10));
    assert_eq!(of(Rule::VisitSenior, born_on, &zhao, date(2015, 8, 9)), []);
    assert_eq!(of(Rule::VisitSenior, born_on, &zhao, date(2015, 8, 10)).len(), 1);
    assert_eq!(of(Rule::VisitSenior, None, &zhao, date(2026, 11, 23)), []);
}

#[test]
fn whoever_lives_elsewhere_is_owed_by_the_district_and_a_call_will_do() {
    let born_on = Some(date(1950, 1, 1));
    let sun = facts(&[
        (date(2025, 1, 1), TAKEN_IN),
        (date(2025, 1, 9), HOME),
        (date(2026, 3, 1), FactKind::Residence { away: Away::OtherProvince }),
        (date(2026, 5, 1), TELEPHONE),
        (date(2026, 9, 1), FactKind::Residence { away: Away::Here }),
    ]);
    let today = date(2026, 11, 23);
    let away = of(Rule::VisitAway, born_on, &sun, today);
    assert_eq!(away.len(), 1);
    assert_eq!((away[0].owner, away[0].opens_on), (Level::District, date(2026, 3, 1)));
    assert_eq!(away[0].state, settled(date(2026, 5, 1), 4, Timeliness::OnTime));
    let at_home = of(Rule::VisitSenior, born_on, &sun, today);
    assert_eq!(at_home.len(), 2);
    assert_eq!((at_home[1].opens_on, at_home[1].state), (date(2026, 9, 1), State::Open));
    let gone = of(Rule::VisitSenior, born_on, &sun, date(2026, 4, 1));
    assert_eq!(gone[1].state, State::Lapsed { on: date(2026, 3, 1), by: 3 });
    let certify = of(Rule::Certify, born_on, &sun, date(2026, 3, 1));
    assert_eq!(certify[0].owner, Level::District);
}

#[test]
fn evidence_of_life_moves_the_certification() {
    let certified = FactKind::Certified { by: CertifiedBy::Matching };
    let chen = facts(&[(date(2024, 3, 10), TAKEN_IN), (date(2025, 1, 8), HOME)]);
    // 2025-01-08 is before 2025-01-09, sixty days before 2025-03-10: only the base moves.
    assert_eq!(of(Rule::Certify, None, &chen, date(2025, 11, 8)), []);
    let open = of(Rule::Certify, None, &chen, date(2025, 11, 9));
    assert_eq!((open[0].due_on, open[0].period, open[0].cause), (date(2026, 1, 8), 20260108, 2));
    assert_eq!(open[0].version, date(2023, 12, 1));

    let chen = facts(&[(date(2024, 3, 10), TAKEN_IN), (date(2025, 1, 9), certified)]);
    let first = of(Rule::Certify, None, &chen, date(2025, 11, 9));
    assert_eq!(first[0].state, settled(date(2025, 1, 9), 2, Timeliness::OnTime));

    let about_her_sister = FactKind::Contacted { way: Way::Home, about: 7 };
    let chen = facts(&[(date(2024, 3, 10), TAKEN_IN), (date(2025, 2, 9), about_her_sister)]);
    let none = of(Rule::Certify, None, &chen, date(2025, 3, 11));
    assert_eq!(none[0].state, State::Open);
    let missed = of(Rule::Certify, None, &chen, date(2026, 3, 10));
    assert_eq!(missed[0].state, State::Missed { on: date(2025, 9, 6) });
    assert_eq!((missed[1].due_on, missed[1].state), (date(2026, 3, 10), State::Open));
}

#[test]
fn the_term_runs_from_the_month_after_the_pension_began() {
    let pension = FactKind::PensionStarted;
    let table = [
        (date(2025, 4, 15), date(2025, 5, 10), 20260501),
        (date(2025, 4, 30), date(2025, 5, 10), 20260501),
        (date(2010, 4, 15), date(2025, 5, 10), 20260510),
        (date(2025, 5, 15), date(2025, 5, 10), 20260601),
    ];
    for (began_on, taken_in_on, key) in table {
        let mut chen = facts(&[(began_on, pension), (taken_in_on, TAKEN_IN)]);
        chen.sort_by_key(|fact| fact.on);
        let duties = of(Rule::Certify, None, &chen, date(2026, 5, 20));
        assert_eq!(duties[0].period, key);
    }
}

#[test]
fn the_yearly_campaign_gave_way_to_the_rolling_term_in_2018() {
    let certified = FactKind::Certified { by: CertifiedBy::Office };
    let chen = facts(&[
        (date(2016, 3, 10), TAKEN_IN),
        (date(2016, 5, 1), certified),
        (date(2017, 6, 20), certified),
    ]);
    let duties = of(Rule::Certify, None, &chen, date(2018, 7, 1));
    let rows: Vec<_> = duties.iter().map(|d| (d.period, d.opens_on, d.version)).collect();
    assert_eq!(
        rows,
        [
            (2016, date(2016, 3, 10), date(2004, 1, 1)),
            (2017, date(2017, 1, 1), date(2004, 1, 1)),
            (20180620, date(2018, 6, 1), date(2018, 6, 1)),
        ]
    );
}

#[test]
fn a_death_ends_what_is_open_and_raises_the_visit_to_the_bereaved() {
    let born_on = Some(date(1940, 5, 5));
    let zhou = facts(&[
        (date(2026, 9, 1), TAKEN_IN),
        (date(2026, 9, 2), ALONE),
        (date(2026, 10, 8), FactKind::DependantFollowed { relative: 7 }),
        (date(2026, 10, 9), FactKind::Died),
        (date(2026, 10, 12), FactKind::Contacted { way: Way::Home, about: 7 }),
        (date(2026, 10, 13), FactKind::Hospitalised),
    ]);
    let duties = owed(born_on, &zhou, date(2027, 2, 1));
    for duty in &duties {
        let died = State::Lapsed { on: date(2026, 10, 9), by: 4 };
        match duty.rule {
            Rule::VisitBereaved => {
                assert_eq!((duty.opens_on, duty.due_on), (date(2026, 10, 9), date(2026, 10, 15)));
                assert_eq!(duty.state, settled(date(2026, 10, 12), 5, Timeliness::OnTime));
                assert_eq!(duty.certainty, Certainty::Certain);
            }
            Rule::VisitDependant => assert!(duty.about == 7 && duty.opens_on >= date(2026, 10, 8)),
            _ => assert_eq!(duty.state, died, "{duty:?}"),
        }
    }
    let n_of = |rule| duties.iter().filter(|duty| duty.rule == rule).count();
    assert_eq!(n_of(Rule::VisitBereaved), 1);
    assert_eq!(n_of(Rule::VisitIll), 0);
    assert_eq!(n_of(Rule::VisitDependant), 2);
    assert_eq!(n_of(Rule::VisitAlone), 2);
}

#[test]
fn a_move_lapses_the_first_visit_here_and_raises_it_there() {
    let he = facts(&[
        (date(2026, 4, 9), TAKEN_IN),
        (date(2026, 4, 20), FactKind::Moved { station: OTHER_STATION, across: Across::Station }),
        (date(2026, 4, 20), HOME),
    ]);
    let duties = of(Rule::VisitNew, None, &he, date(2026, 4, 21));
    assert_eq!(duties.len(), 2);
    assert_eq!(duties[0].state, State::Lapsed { on: date(2026, 4, 20), by: 2 });
    assert_eq!(duties[1].state, settled(date(2026, 4, 20), 3, Timeliness::OnTime));
    assert_eq!((duties[1].station, duties[1].period), (OTHER_STATION, 2));
    assert_eq!(of(Rule::ContactCard, None, &he, date(2026, 4, 21)).len(), 1);
    assert_eq!(of(Rule::VisitNew, None, &he, date(2026, 4, 19))[0].station, STATION);
}

/// 李秀英 had her card when she moved: the new station owes her one with its own telephone. 周建国
/// moved before he had one: it stays owed, with its day.
#[test]
fn a_move_makes_another_card_owed_when_there_was_one() {
    let moved = FactKind::Moved { station: OTHER_STATION, across: Across::Street };
    let li = facts(&[
        (date(2026, 3, 2), TAKEN_IN),
        (date(2026, 3, 9), FactKind::CardIssued),
        (date(2026, 4, 20), moved),
        (date(2026, 4, 27), FactKind::CardIssued),
    ]);
    let cards = of(Rule::ContactCard, None, &li, date(2026, 5, 6));
    let rows: Vec<_> = cards.iter().map(|card| (card.station, card.state)).collect();
    let first = settled(date(2026, 3, 9), 2, Timeliness::OnTime);
    let second = settled(date(2026, 4, 27), 4, Timeliness::OnTime);
    assert_eq!(rows, [(STATION, first), (OTHER_STATION, second)]);
    let zhou = facts(&[(date(2026, 3, 2), TAKEN_IN), (date(2026, 3, 20), moved)]);
    let cards = of(Rule::ContactCard, None, &zhou, date(2026, 5, 6));
    let rows: Vec<_> = cards.iter().map(|card| (card.station, card.cause, card.state)).collect();
    assert_eq!(rows, [(OTHER_STATION, 1, State::Open)]);
}

/// A member of the party: the relation is due three months after each station took her in.
#[test]
fn the_party_relation_goes_where_its_member_goes() {
    let moved = |across| FactKind::Moved { station: OTHER_STATION, across };
    let facts = facts(&[
        (date(2026, 1, 31), TAKEN_IN),
        (date(2026, 1, 31), FactKind::PartyMember),
        (date(2026, 3, 2), FactKind::PartyJoined),
        (date(2026, 4, 20), moved(Across::Station)),
    ]);
    let duties = of(Rule::Party, None, &facts, date(2026, 5, 6));
    let rows: Vec<_> = duties.iter().map(|one| (one.due_on, one.owner, one.state)).collect();
    let first = settled(date(2026, 3, 2), 3, Timeliness::OnTime);
    let station = Level::Station;
    assert_eq!(
        rows,
        [(date(2026, 4, 30), station, first), (date(2026, 7, 20), station, State::Open)]
    );
    let mut merged = facts;
    merged[3].kind = moved(Across::Reorganised);
    assert_eq!(of(Rule::Party, None, &merged, date(2026, 5, 6)).len(), 1);
    assert!(of(Rule::Party, None, &merged[..1], date(2026, 5, 6)).is_empty());
}

/// 孙德福 is managed by his enterprise: looked at again every twelve months. An early look moves the
/// next one, a missed one is followed by the next, and nothing is owed once the community manages
/// him.
#[test]
fn a_transitional_form_is_looked_at_every_year() {
    let he = facts(&[
        (date(2022, 3, 1), TAKEN_IN),
        (date(2022, 3, 1), FactKind::FormTransitional),
        (date(2023, 2, 20), FactKind::FormReviewed),
        (date(2023, 9, 1), FactKind::FormReviewed),
        (date(2026, 1, 9), FactKind::FormBasic),
    ]);
    let duties = of(Rule::Form, None, &he, date(2026, 5, 6));
    let rows: Vec<_> = duties.iter().map(|one| (one.opens_on, one.due_on, one.state)).collect();
    assert_eq!(
        rows,
        [
            (
                date(2023, 1, 30),
                date(2023, 3, 1),
                settled(date(2023, 2, 20), 3, Timeliness::OnTime)
            ),
            (date(2024, 8, 2), date(2024, 9, 1), State::Missed { on: date(2024, 10, 1) }),
            (date(2025, 8, 2), date(2025, 9, 1), State::Missed { on: date(2025, 10, 1) }),
        ]
    );
    assert!(duties.iter().all(|one| one.owner == Level::Street));
    let open = of(Rule::Form, None, &he[..4], date(2024, 8, 2));
    assert_eq!(open.last().unwrap().state, State::Open);
}

/// (level of the body that keeps the file, border crossed, whether the file has to follow)
#[test]
fn the_file_follows_out_of_the_jurisdiction_of_its_keeper() {
    let table = [
        (Level::Station, Across::Station, true),
        (Level::Street, Across::Station, false),
        (Level::Street, Across::Street, true),
        (Level::District, Across::Street, false),
        (Level::District, Across::District, true),
        (Level::City, Across::District, false),
        (Level::City, Across::City, true),
        (Level::Station, Across::Reorganised, false),
    ];
    for (level, across, follows) in table {
        let mut he = facts(&[
            (date(2026, 1, 5), TAKEN_IN),
            (date(2026, 1, 8), FactKind::FileKept { level }),
            (date(2026, 4, 20), FactKind::Moved { station: OTHER_STATION, across }),
        ]);
        let duties = of(Rule::FileFollows, None, &he, date(2026, 5, 6));
        assert_eq!(duties.len(), usize::from(follows), "{level:?} {across:?}");
        let Some(duty) = duties.first() else { continue };
        // 30 working days, with the holidays of May.
        let due = (duty.due_on, duty.owner, duty.state);
        assert_eq!(due, (date(2026, 6, 3), level, State::Open));
        let kept = FactKind::FileKept { level: Level::Street };
        he.extend(
            facts(&[(date(2026, 5, 6), kept)]).into_iter().map(|fact| Fact { id: 9, ..fact }),
        );
        let duties = of(Rule::FileFollows, None, &he, date(2026, 5, 6));
        assert_eq!(duties[0].state, settled(date(2026, 5, 6), 9, Timeliness::OnTime));
    }
}

/// Borders between two stations by their division codes.
#[test]
fn the_border_is_told_by_the_codes() {
    let from = "990101001001";
    for (to, across) in [
        ("990101001002", Across::Station),
        ("990101002001", Across::Street),
        ("990102001001", Across::District),
        ("980102001001", Across::City),
        ("", Across::City),
    ] {
        assert_eq!(Across::between(from, to), across, "{to}");
    }
}

#[test]
fn whoever_comes_back_is_new_again() {
    let he = facts(&[
        (date(2025, 4, 9), TAKEN_IN),
        (date(2025, 4, 20), FactKind::Left),
        (date(2026, 4, 20), TAKEN_IN),
    ]);
    let duties = of(Rule::VisitNew, None, &he, date(2026, 4, 21));
    let rows: Vec<_> = duties.iter().map(|duty| (duty.period, duty.state)).collect();
    assert_eq!(rows, [(1, State::Lapsed { on: date(2025, 4, 20), by: 2 }), (3, State::Open)]);
}

#[test]
fn cards_have_their_days() {
    let born_on = Some(date(1956, 5, 3));
    let qian = facts(&[
        (date(2026, 4, 1), TAKEN_IN),
        (date(2026, 4, 30), FactKind::CardIssued),
        (date(2026, 8, 2), FactKind::SeniorCardSettled),
    ]);
    let today = date(2026, 11, 23);
    let card = of(Rule::ContactCard, born_on, &qian, today);
    assert_eq!((card[0].due_on, card[0].owner), (date(2026, 4, 30), Level::Street));
    assert_eq!(card[0].state, settled(date(2026, 4, 30), 2, Timeliness::OnTime));
    let senior = of(Rule::SeniorCard, born_on, &qian, today);
    assert_eq!((senior[0].opens_on, senior[0].due_on), (date(2026, 5, 3), date(2026, 8, 1)));
    assert_eq!(senior[0].state, settled(date(2026, 8, 2), 3, Timeliness::Late));
    assert_eq!(of(Rule::SeniorCard, born_on, &qian, date(2026, 5, 2)), []);
}

#[test]
fn working_days_of_an_unpublished_year_are_marked() {
    let qian = facts(&[(date(2019, 5, 1), TAKEN_IN), (date(2026, 12, 30), FactKind::Hospitalised)]);
    let ill = of(Rule::VisitIll, None, &qian, date(2026, 12, 30));
    assert_eq!((ill[0].certainty, ill[0].owner), (Certainty::Estimated, Level::Street));
    assert_eq!(ill[0].due_on, date(2027, 1, 6));
}

#[test]
fn the_ladder_is_climbed_until_somebody_is_reached() {
    let not_reached = FactKind::NotReached { way: Way::Home, about: 0 };
    let feng = facts(&[
        (date(2026, 9, 1), TAKEN_IN),
        (date(2026, 9, 2), not_reached),
        (date(2026, 9, 5), not_reached),
        (date(2026, 9, 9), TELEPHONE),
        (date(2026, 9, 20), not_reached),
    ]);
    let steps: Vec<_> = (1..=5).map(|id| reach_step(&feng, id)).collect();
    assert_eq!(steps, [None, Some(1), Some(2), None, Some(1)]);
    assert_eq!(reach_step_name(5), "请公安协助核查");
    let duties = of(Rule::Reach, None, &feng, date(2026, 9, 21));
    let rows: Vec<_> = duties.iter().map(|duty| (duty.period, duty.due_on, duty.state)).collect();
    assert_eq!(
        rows,
        [
            (2, date(2026, 9, 5), settled(date(2026, 9, 5), 3, Timeliness::OnTime)),
            (3, date(2026, 9, 8), settled(date(2026, 9, 9), 4, Timeliness::Late)),
            (5, date(2026, 9, 23), State::Open),
        ]
    );
}

#[test]
fn what_is_overdue_climbs_the_tree() {
    let due_on = date(2026, 4, 30);
    let table = [
        (date(2026, 4, 30), None),
        (date(2026, 5, 1), Some(Level::Street)),
        (date(2026, 5, 14), Some(Level::Street)),
        (date(2026, 5, 15), Some(Level::District)),
        (date(2026, 5, 29), Some(Level::District)),
        (date(2026, 5, 30), Some(Level::City)),
    ];
    for (today, level) in table {
        assert_eq!(overdue_level(due_on, today, &terms()), level, "{today}");
    }
}

#[test]
fn a_local_figure_changes_what_is_owed_from_its_day() {
    let local = LocalFigure {
        figure: "visit.senior.months".to_owned(),
        from: date(2026, 1, 1),
        value: 3,
        cite: "青山区退管办通知".to_owned(),
        quote: "每季度走访一次".to_owned(),
    };
    let law = Law::embedded().unwrap().with_local(vec![local]);
    let born_on = Some(date(1950, 1, 1));
    let zhao = facts(&[(date(2025, 1, 1), TAKEN_IN)]);
    let mut out = Vec::new();
    let subject = Subject { born_on, facts: &zhao };
    arising(&subject, &Terms::from_law(&law).unwrap(), date(2026, 6, 30), &mut out).unwrap();
    let visits = out.iter().filter(|duty| duty.rule == Rule::VisitSenior);
    let keys: Vec<_> = visits.map(|duty| duty.period).collect();
    assert_eq!(keys, [2025, 20261, 20262]);
    let newest = out.iter().rfind(|duty| duty.rule == Rule::VisitSenior).unwrap();
    let said = why(newest, &law).unwrap();
    assert!(said.sentence.contains("对70岁以上高龄退休人员"));
    assert!(said.steps.iter().any(|step| step.contains("青山区退管办通知")), "{:?}", said.steps);
    assert!(said.steps.iter().any(|step| step.starts_with("最迟2026年6月30日办结")));
}

#[test]
fn an_age_lowered_here_is_reached_on_its_first_day_at_the_earliest() {
    let local = |figure: &str, from, value| LocalFigure {
        figure: figure.to_owned(),
        from,
        value,
        cite: "青山区退管办通知".to_owned(),
        quote: "满六十五周岁".to_owned(),
    };
    let lowered_on = date(2026, 4, 10);
    let law = Law::embedded().unwrap().with_local(vec![
        local("visit.senior.age", lowered_on, 65),
        local("card.senior.age", lowered_on, 65),
    ]);
    let terms = Terms::from_law(&law).unwrap();
    let zhao = facts(&[(date(2025, 1, 1), TAKEN_IN)]);
    // (born, first day of the visits and of the card)
    for (born_on, opens_on) in [
        (date(1955, 4, 9), date(2025, 4, 9)),
        (date(1956, 4, 9), date(2026, 4, 9)),
        (date(1956, 4, 11), lowered_on),
        (date(1961, 4, 10), lowered_on),
        (date(1961, 4, 11), date(2026, 4, 11)),
    ] {
        let mut out = Vec::new();
        let subject = Subject { born_on: Some(born_on), facts: &zhao };
        arising(&subject, &terms, date(2026, 6, 30), &mut out).unwrap();
        for rule in [Rule::VisitSenior, Rule::SeniorCard] {
            let first = out.iter().find(|duty| duty.rule == rule).unwrap();
            assert_eq!(first.opens_on, opens_on, "{rule:?} {born_on}");
        }
    }
}

#[test]
fn kinds_of_facts_are_stored_and_read_again() {
    let mut kinds = vec![
        TAKEN_IN,
        FactKind::Moved { station: 3, across: Across::District },
        FactKind::Left,
        FactKind::PensionStarted,
        FactKind::Died,
        FactKind::Hospitalised,
        FactKind::Hardship,
        FactKind::CardIssued,
        FactKind::SeniorCardSettled,
        FactKind::PartyMember,
        FactKind::PartyMemberNoMore,
        FactKind::PartyJoined,
        FactKind::FormTransitional,
        FactKind::FormBasic,
        FactKind::FormReviewed,
        FactKind::DependantFollowed { relative: 7 },
        FactKind::DependantEnded { relative: 7 },
    ];
    kinds.extend(Away::ALL.iter().map(|away| FactKind::Residence { away: *away }));
    kinds.extend(Mark::ALL.iter().map(|mark| FactKind::MarkSet { mark: *mark }));
    kinds.extend(Mark::ALL.iter().map(|mark| FactKind::MarkEnded { mark: *mark }));
    kinds.extend(Way::ALL.iter().map(|way| FactKind::Contacted { way: *way, about: 9 }));
    kinds.extend(Way::ALL.iter().map(|way| FactKind::NotReached { way: *way, about: 0 }));
    kinds.extend(CertifiedBy::ALL.iter().map(|by| FactKind::Certified { by: *by }));
    kinds.extend(Level::ALL.iter().map(|level| FactKind::FileKept { level: *level }));
    for across in Across::ALL {
        kinds.push(FactKind::Moved { station: 4, across: *across });
    }
    for kind in kinds {
        let (code, reference, detail) = kind.encode();
        assert_eq!(FactKind::decode(code, reference, detail), Ok(kind));
    }
    assert!(FactKind::decode("residence", 0, "moon").is_err());
    assert!(FactKind::decode("born", 0, "").is_err());
}

/// 王桂兰 was taken in in 2012 and entered in 2026: no years of missed duties, only what is owed
/// from now on.
#[test]
fn a_roster_of_long_ago_brings_no_missed_years() {
    let entered_on = date(2026, 5, 6);
    let facts = [Fact { id: 1, on: date(2012, 3, 1), entered_on, kind: TAKEN_IN }];
    let subject = Subject { born_on: Some(date(1940, 2, 2)), facts: &facts };
    let law = Law::embedded().unwrap();
    let terms = Terms::from_law(&law).unwrap();
    let mut out = Vec::new();
    arising(&subject, &terms, entered_on, &mut out).unwrap();
    assert!(!out.is_empty());
    assert!(out.iter().all(|duty| duty.closes_on >= entered_on), "{out:?}");
    let mut before = Vec::new();
    let known = [Fact { entered_on: date(2012, 3, 1), ..facts[0] }];
    let subject = Subject { born_on: Some(date(1940, 2, 2)), facts: &known };
    arising(&subject, &terms, entered_on, &mut before).unwrap();
    assert!(before.len() > out.len() + 10, "kept all along, the missed years are facts");
}

#[test]
fn a_level_sees_exactly_what_was_due_by_its_day() {
    let (terms, today) = (terms(), date(2026, 5, 6));
    for n_days in -3..60 {
        let due_on = add_days(today, -n_days);
        let climbed = overdue_level(due_on, today, &terms);
        for level in [Level::Street, Level::District, Level::City] {
            let sees = due_on <= overdue_if_due_by(level, today, &terms);
            assert_eq!(sees, climbed >= Some(level), "{level} {n_days}");
        }
    }
}
