//! The figures of a month, and the rows behind each of them.

use jiff::civil::Date;
use kernel::{Actor, Scope, q};
use rules::facts::{Away, FactKind, Mark, Way};
use songhe::accounts::{deeds, posts};
use songhe::duties::{self, News};
use songhe::statistics::{Month, What, count, rows};

use crate::world::{TODAY, World};

/// Facts of one person, who is served at the last station named.
async fn person(world: &World, born_on: &str, at: &str, news: &[News]) -> i64 {
    let db = world.db();
    let (id, station) = (db.number().await.unwrap(), world.org(at, "station").await);
    let insert = q!(
        "INSERT INTO persons (id, version, org, station, status, name, pinyin, initials, id_kind,
             born_on, sex, ethnic, political, education, marital, away, away_place,
             enterprise_name, retirement_kind, management, taken_in_on, extra)
         VALUES ($1, 1, $2, $3, 'active', '林青', 'linqing', 'lq', 'resident', $4, '1', '01',
             '', '', '', 'here', '', '', '', '1', '2025-01-01', '{}')",
        id,
        at,
        station,
        born_on
    );
    db.housekeep(vec![insert]).await.unwrap();
    let laws = world.app.laws().await.unwrap();
    let permit = Actor::operator(posts::operator()).permit(deeds::PEOPLE_ENTER).unwrap();
    let mut act = db.begin(permit, TODAY).await.unwrap();
    duties::note(&mut act, &laws, id, "people", news).await.unwrap();
    act.commit("person", "").await.unwrap();
    id
}

fn on(kind: FactKind, month: i8, day: i8) -> News {
    News { kind, on: Date::new(2026, month, day).unwrap() }
}

async fn value(world: &World, code: &str, what: What) -> i64 {
    let month = Month::read("2026-04", TODAY).unwrap();
    let counts = count::counts(world.db(), &Scope::below(code), &month).await;
    counts.unwrap().of(what, code)
}

/// Four people at two stations of one street: one stays, one comes, one moves on, one dies.
async fn april(world: &World) {
    let (green, pine) = ("990101001001", "990101001002");
    let at_green = world.org(green, "station").await;
    let at_pine = world.org(pine, "station").await;
    let taken_in = FactKind::TakenIn { station: at_green };
    let alone = FactKind::MarkSet { mark: Mark::Alone };
    let away = FactKind::Residence { away: Away::OtherProvince };
    let met = FactKind::Contacted { way: Way::Home, about: 0 };
    let stays = [on(taken_in, 2, 1), on(alone, 2, 1), on(met, 4, 9)];
    person(world, "1944-03-03", green, &stays).await;
    let comes = [on(taken_in, 4, 2), on(away, 4, 3), on(met, 4, 20)];
    person(world, "1960-03-03", green, &comes).await;
    let moved = FactKind::Moved { station: at_pine };
    person(world, "1955-03-03", pine, &[on(taken_in, 3, 1), on(moved, 4, 10)]).await;
    let dies = [on(taken_in, 3, 1), on(FactKind::Died, 4, 11)];
    person(world, "1950-03-03", green, &dies).await;
}

#[tokio::test]
async fn a_month_of_known_facts_has_known_figures() {
    use songhe::statistics::figures::Among::{Aged, All, Away, Marked};
    for world in World::each().await {
        april(&world).await;
        let green = [
            (What::Start, 3),
            (What::TakenIn, 1),
            (What::MovedIn, 0),
            (What::MovedOut, 1),
            (What::Died, 1),
            (What::End(All), 2),
            (What::End(Away), 1),
            (What::End(Marked(Mark::Alone)), 1),
            (What::End(Aged(80)), 1),
        ];
        for (what, expected) in green {
            assert_eq!(value(&world, "990101001001", what).await, expected, "{what:?}");
        }
        assert_eq!(value(&world, "990101001002", What::MovedIn).await, 1);
        assert_eq!(value(&world, "990101002", What::End(All)).await, 0);
    }
}

#[tokio::test]
async fn every_figure_counts_its_rows_and_adds_up() {
    for world in World::each().await {
        april(&world).await;
        let month = Month::read("2026-04", TODAY).unwrap();
        for code in ["9901", "990101001", "990101001001", "990101001002", "990102"] {
            let scope = Scope::below(code);
            let counts = count::counts(world.db(), &scope, &month).await.unwrap();
            for what in What::all() {
                let lines = rows::lines(world.db(), (&scope, &month), what, (0, 1000)).await;
                let n = i64::try_from(lines.unwrap().len()).unwrap();
                assert_eq!(counts.of(what, code), n, "{} of {code}", what.id());
            }
            let n = |what| counts.of(what, code);
            let came = n(What::TakenIn) + n(What::MovedIn);
            let went = n(What::MovedOut) + n(What::Died);
            let end = What::End(songhe::statistics::figures::Among::All);
            assert_eq!(n(What::Start) + came - went, n(end), "{code}");
        }
        for what in What::all() {
            let mut children = 0;
            for station in ["990101001001", "990101001002"] {
                children += value(&world, station, what).await;
            }
            assert_eq!(value(&world, "990101001", what).await, children, "{}", what.id());
        }
    }
}
