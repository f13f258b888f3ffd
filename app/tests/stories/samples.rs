//! One retiree with everything a route may name, and what must never be told of them elsewhere.

use jiff::civil::date;
use kernel::{Actor, q};
use rules::facts::Mark;
use songhe::accounts::{self, MustChange, NewAccount, deeds, posts};
use songhe::archives::{self, NewFile, checks, slips};
use songhe::attached::{self, Subject};
use songhe::cards;
use songhe::cards::store::Contact;
use songhe::exchange::kinds::Kind;
use songhe::exchange::{self, export, fill, profiles, work};
use songhe::groups::letters::{self, NewLetter};
use songhe::groups::{self, NewGroup};
use songhe::handover::review::{self, Decision, Entry};
use songhe::handover::{self, NewBatch, passing};
use songhe::orgs::enterprises::{SameName, Typed};
use songhe::orgs::{self, enterprises};
use songhe::people::marks::Setting;
use songhe::people::{self, acts, marks, moves, relatives};
use songhe::policies;
use songhe::policies::decide::{self, Proposal};
use songhe::registry::NewPerson;
use songhe::registry::marks::of_person;
use songhe::registry::relatives::NewRelative;
use songhe::visits::entrust::{self, Ask};
use songhe::visits::{self, Caller, Report};
use songhe::web::{Fields, Handed, Route};

use crate::bodies::{self, Call};
use crate::world::{World, made_up_number, new_person};

/// Words that only the sample's own street and district may see.
pub const CANARIES: &[&str] = &["欧阳金丝雀", "19400000001", "金雀里7号", "上官白鹭"];

/// Words that only the sample's own district may see.
pub const DISTRICT_CANARY: &str = "东区白头翁";

/// The station where the sample lives.
const HOME: &str = "990101001001";
const HOME_WORDS: [&str; 3] = [CANARIES[0], CANARIES[1], CANARIES[2]];

pub struct Samples {
    pub person: i64,
    /// The collection in whose paths a number stands (`/people/{id}`), and the sample's number.
    numbers: Vec<(&'static str, i64)>,
    /// A month for which the sample's station has told nothing yet, and the station.
    report: (String, i64),
}

impl Samples {
    /// The sample at home, with the words that nobody elsewhere may see.
    pub async fn make(world: &World) -> Self {
        Self::make_part(world, HOME, (HOME_WORDS, None)).await
    }

    /// The sample at home with what a call names.
    pub async fn make_for(world: &World, call: &Call) -> Self {
        Self::make_for_at(world, call, (HOME, HOME_WORDS)).await
    }

    /// A retiree of a station with these words, and what a call names.
    pub async fn make_for_at(
        world: &World,
        call: &Call,
        (station, words): (&str, [&str; 3]),
    ) -> Self {
        Self::make_part(world, station, (words, Some(call))).await
    }

    async fn make_part(
        world: &World,
        station: &str,
        (words, call): ([&str; 3], Option<&Call>),
    ) -> Self {
        let clerk = world.clerk("coordinator", station).await;
        let enterprise = enterprise(world).await;
        let new = NewPerson {
            phone: words[1].to_owned(),
            address: words[2].to_owned(),
            enterprise: Some(enterprise),
            political: "01".to_owned(),
            ..new_person(words[0], date(1950, 3, 4))
        };
        let person = world.enter(&clerk, &new, station, world.app.today()).await;
        let report = Report::ordinary(world.app.today(), "协理员");
        let recorded =
            visits::record(&world.app, &clerk, person, &report, Caller::Page).await.unwrap();
        let card = q!("SELECT id FROM duties WHERE person = $1 AND rule = 'base.card'", person);
        let duty = world.db().row(card).await.unwrap().unwrap().get(0).unwrap();
        let (mark, relative) = kin(world, &clerk, person).await;
        let (account, [session, token]) = account(world, station).await;
        let own = doors(world, clerk.account).await;
        // A new kind of thing is one line here: its collection in the path, its number.
        let mut numbers = vec![
            ("people", person),
            ("visits", recorded.id),
            ("duties", duty),
            ("entrustments", entrusted(world, &station[..9], person).await),
            ("marks", mark),
            ("relatives", relative),
            ("moves", moved(world, &clerk, person).await),
            ("cards", carded(world, &clerk, (station, person)).await),
            ("exports", exported(world, &clerk).await),
            ("papers", paper(world, &clerk, (person, words[0])).await),
            ("orgs", world.org(station, "station").await),
            ("enterprises", enterprise),
            ("me/sessions", own[0]),
            ("me/tokens", own[1]),
            ("accounts", account),
            ("sessions", session),
            ("tokens", token),
        ];
        numbers.extend(Self::made_when_named(world, &clerk, (station, person, words), call).await);
        let report = (silent_month(world, station).await, world.org(station, "station").await);
        Self { person, numbers, report }
    }

    /// What takes many acts to make is made where it is named.
    async fn made_when_named(
        world: &World,
        clerk: &Actor,
        (station, person, words): (&str, i64, [&str; 3]),
        call: Option<&Call>,
    ) -> Vec<(&'static str, i64)> {
        let mut numbers = Vec::new();
        let wanted = |kind: &str| call.is_none_or(|call| call.names(kind));
        if ["handovers", "handovers/people", "second", "third"].into_iter().any(wanted) {
            let handed = handover(world, station, words[0]).await;
            let kinds = ["handovers", "handovers/people", "second", "third"];
            numbers.extend(kinds.into_iter().zip(handed));
        }
        if wanted("handovers/slips") {
            numbers.push(("handovers/slips", slip(world, station, words[0]).await));
        }
        let has_file = ["archives", "archives/checks"].into_iter().any(wanted);
        if wanted("archives/slips") {
            let slip = sent_file(world, station, person).await;
            if has_file {
                let street = world.clerk("street_clerk", &station[..9]).await;
                let (all, caller) = ((&[][..], ""), archives::Caller::Page);
                slips::answer(&world.app, &street, (slip, 1), all, caller).await.unwrap();
            }
            numbers.push(("archives/slips", slip));
        }
        if has_file {
            numbers.push(("archives", filed(world, &station[..9], person).await));
        }
        if wanted("archives/checks") {
            let street = world.clerk("street_clerk", &station[..9]).await;
            let begun = checks::start(&world.app, &street, "", archives::Caller::Page).await;
            numbers.push(("archives/checks", begun.unwrap()));
        }
        if wanted("groups") {
            numbers.push(("groups", founded(world, clerk, (station, "interest")).await));
        }
        if wanted("branch") || wanted("party") {
            let branch = founded(world, clerk, (station, "branch")).await;
            numbers.push(("branch", branch));
            if wanted("party") {
                numbers.push(("party", letter(world, clerk, (person, branch)).await));
            }
        }
        if wanted("export-profiles") {
            numbers.push(("export-profiles", profile(world, clerk, words[0]).await));
        }
        if wanted("blanks") {
            numbers.push(("blanks", blank(world, clerk, words[0]).await));
        }
        if wanted("imports") {
            numbers.push(("imports", imported(world, station, words).await));
        }
        if wanted("policies") {
            numbers.push(("policies", proposed(world, &station[..6]).await));
        }
        numbers
    }

    /// A path of the table with the sample's numbers in it.
    pub fn fill(&self, path: &str) -> String {
        with(&self.with_report(path, self.report.1), self.numbers.iter().copied())
    }

    /// The same with numbers that nobody has.
    pub fn missing(&self, path: &str) -> String {
        let path = self.with_report(path, 1);
        with(&path, self.numbers.iter().map(|(kind, _)| (*kind, 1)))
    }

    fn with_report(&self, path: &str, org: i64) -> String {
        let month = &self.report.0;
        path.replace("/reports/{month}/{id}", &format!("/reports/{month}/{org}"))
            .replace("{month}", month)
            .replace("/rows/{figure}", "/rows/end")
            .replace("/changes/{figure}", "/changes/end")
    }

    /// The sample's numbers with their kinds.
    pub fn numbers(&self) -> &[(&'static str, i64)] {
        &self.numbers
    }

    /// The same kinds with numbers that nobody has, as long as the sample's.
    pub fn nobody(&self) -> Vec<(&'static str, i64)> {
        self.numbers.iter().map(|(kind, number)| (*kind, number + 9_000_000)).collect()
    }

    /// The sample's numbers and those of nobody, as they are written.
    pub fn texts(&self) -> Vec<String> {
        let nobody = self.nobody();
        let all = self.numbers.iter().chain(&nobody);
        all.map(|(_, number)| number.to_string()).collect()
    }

    /// The retiree's whole identity number.
    pub async fn id_number(&self, world: &World) -> String {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let mut db = world.db().clone();
        let person = songhe::registry::find(&mut db, &clerk.scope(), self.person).await;
        person.unwrap().id_number
    }

    /// Whether a path names something that belongs to one place.
    pub fn is_local(&self, path: &str) -> bool {
        // Enterprises are outside organisations, the same for everybody; their retirees are not.
        path.contains("{id}") && !path.contains("/enterprises/")
    }

    /// Whether it belongs to a place of which somebody here is no part: a local figure holds in
    /// the whole of its district.
    pub fn is_foreign(&self, path: &str, org: &str) -> bool {
        let holds_here = path.contains("/policies/") && org.starts_with("990101");
        self.is_local(path) && !holds_here
    }

    /// The ways in which an outsider tries a route.
    pub fn probes(&self, route: &Route) -> Vec<String> {
        let path = self.fill(route.path);
        if route.method == "GET" && !self.is_local(route.path) {
            let name = "%E6%AC%A7%E9%98%B3%E9%87%91%E4%B8%9D%E9%9B%80";
            let queries = ["q=ouyang", "q=19400000001", "org=990101001", "state=settled"];
            let mut probes: Vec<String> =
                queries.iter().map(|query| format!("{path}?{query}")).collect();
            probes.push(format!("{path}?q={name}"));
            probes.push(path);
            return probes;
        }
        vec![path]
    }
}

/// Every sample has a month of its own, going back from the last one.
async fn silent_month(world: &World, station: &str) -> String {
    let made = q!("SELECT COUNT(*) FROM persons WHERE org = $1", station);
    let n: i64 = world.db().row(made).await.unwrap().unwrap().get(0).unwrap();
    let first = rules::days::add_months(world.app.today().first_of_month(), -n);
    first.strftime("%Y-%m").to_string()
}

/// A path with these numbers in it.
fn with(path: &str, numbers: impl Iterator<Item = (&'static str, i64)>) -> String {
    let plain = path.replace("{rule}", "base.card").replace("{name}", "none");
    let plain = plain.replace("{figure}", "visit.alone.months");
    let mut numbers: Vec<(&str, i64)> = numbers.collect();
    // `/handovers/people/{id}` before `/people/{id}`.
    numbers.sort_by_key(|(kind, _)| std::cmp::Reverse(kind.len()));
    numbers.into_iter().fold(plain, |path, (kind, number)| {
        path.replace(&format!("/{kind}/{{id}}"), &format!("/{kind}/{number}"))
    })
}

/// An enterprise of the directory.
async fn enterprise(world: &World) -> i64 {
    let street = world.clerk("street_clerk", "990101001").await;
    let typed = Typed::new("示范机械厂", "", SameName::IsAnother);
    let done = enterprises::enter(&world.app, &street, &typed, orgs::Caller::Page).await;
    done.unwrap().id
}

/// The district proposes a figure; an earlier sample's is taken back.
async fn proposed(world: &World, district: &str) -> i64 {
    let office = world.clerk("office_clerk", district).await;
    let (figure, caller) = ("visit.away.months", decide::Caller::Page);
    let waiting = policies::store::waiting(&mut world.db().clone(), district, figure).await;
    if let Some(earlier) = waiting.unwrap() {
        decide::withdraw(&world.app, &office, (earlier, 1), caller).await.unwrap();
    }
    let n_days = 1 + bodies::unused("").parse::<i64>().unwrap() % 600;
    let from_day = rules::days::add_days(world.app.today(), n_days);
    let laws = world.app.laws().await.unwrap();
    let before = laws.law(district).figure(figure).on(from_day).unwrap().value;
    let issuer = if district == "990101" { DISTRICT_CANARY } else { "西区" };
    let new = Proposal {
        figure: figure.to_owned(),
        from_day,
        value: if before == 6 { 3 } else { 6 },
        issued_on: world.app.today(),
        cite: format!("{issuer}〔2026〕1号"),
        quote: "居住外地的退休人员定期慰问一次".to_owned(),
    };
    decide::propose(&world.app, &office, &new, caller).await.unwrap()
}

/// A body outside is asked to visit the retiree.
async fn entrusted(world: &World, street: &str, person: i64) -> i64 {
    let street = world.clerk("street_clerk", street).await;
    let ask = Ask {
        person,
        to_name: "外地社区".to_owned(),
        wish: "请代为看望".to_owned(),
        answer_by: Some(world.app.today()),
        ..Ask::default()
    };
    entrust::ask(&world.app, &street, ask, Caller::Page).await.unwrap()
}

/// The retiree is marked and has a daughter.
async fn kin(world: &World, clerk: &Actor, person: i64) -> (i64, i64) {
    let setting = Setting {
        mark: Some(Mark::LivesAlone),
        since: Some(world.app.today()),
        evidence: "走访了解".to_owned(),
    };
    marks::set(&world.app, clerk, person, &setting, acts::Caller::Page).await.unwrap();
    let known = of_person(&mut world.db().clone(), person).await.unwrap();
    let daughter = NewRelative {
        name: "欧阳小雀".to_owned(),
        relation: "daughter".to_owned(),
        ..NewRelative::default()
    };
    let caller = acts::Caller::Page;
    let relative = relatives::add(&world.app, clerk, person, &daughter, caller).await.unwrap();
    (known[0].id, relative)
}

/// The station's roster was taken out once.
async fn exported(world: &World, clerk: &Actor) -> i64 {
    let earlier = q!("SELECT MAX(id) FROM exports WHERE org = $1", &clerk.org);
    let earlier = world.db().row(earlier).await.unwrap().unwrap();
    if let Some(id) = earlier.get(0).unwrap() {
        return id; // there is an end to a day's exports
    }
    let fields =
        [("list", "people"), ("format", "csv"), ("purpose", "核对"), ("recipient", "本站")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let wish = export::Wish::read(&Fields(fields.to_vec())).unwrap();
    let done = export::export(&world.app, clerk, &wish, export::Caller::Page).await;
    done.unwrap().0.id
}

/// A form of export is kept under a name of its own; old ones go, for there is an end to them.
async fn profile(world: &World, clerk: &Actor, name: &str) -> i64 {
    let known = q!("SELECT id FROM export_profiles WHERE org = $1 ORDER BY id DESC", &clerk.org);
    for old in world.db().rows(known).await.unwrap().into_iter().skip(40) {
        let id = old.get(0).unwrap();
        profiles::forget(&world.app, clerk, id, export::Caller::Page).await.unwrap();
    }
    let fields = [
        ("list", "people"),
        ("format", "csv"),
        ("purpose", "核对"),
        ("recipient", "本站"),
        ("keep", "1"),
        ("profile_name", &*format!("{name}{}", bodies::unused(""))),
        ("title-id_number", name),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let wish = export::Wish::read_to_keep(&Fields(fields.to_vec())).unwrap();
    profiles::keep(&world.app, clerk, &wish, export::Caller::Page).await.unwrap()
}

/// A blank of another department is kept.
async fn blank(world: &World, clerk: &Actor, name: &str) -> i64 {
    let bytes = bodies::workbook("姓名,身份证号,住址,联系电话");
    let file = Handed::of(&format!("{name}.xlsx"), &bytes).unwrap();
    fill::receive(&world.app, clerk, file, (fill::Caller::Page, "")).await.unwrap()
}

/// The retiree is to be moved to another station of the same street.
async fn moved(world: &World, clerk: &Actor, person: i64) -> i64 {
    let station = world.org("990101001002", "station").await;
    let wish = (Some(station), "已搬家");
    moves::propose(&world.app, clerk, person, wish, acts::Caller::Page).await.unwrap()
}

/// A batch of the sample's district is opened.
async fn batch(world: &World, office: &Actor) -> i64 {
    let new = NewBatch {
        enterprise_name: if office.org == "990101" { DISTRICT_CANARY } else { "西区机械厂" }
            .to_owned(),
        handed_by: "enterprise".to_owned(),
        plan_people: 4,
        ..NewBatch::default()
    };
    handover::open(&world.app, office, new, handover::Caller::Page).await.unwrap().id
}

/// Somebody is put into a batch, for the sample's station.
async fn candidate(
    world: &World,
    (office, batch): (&Actor, i64),
    (station, name): (&str, &str),
) -> i64 {
    let n: i64 = bodies::unused("").parse().unwrap();
    // Old enough to have retired at the usual age.
    let born = rules::days::add_days(date(1940, 2, 3), n % 7_300);
    let entry =
        Entry { new: new_person(name, born), target: station.to_owned(), ..Entry::default() };
    let caller = handover::Caller::Page;
    review::enter(&world.app, office, (batch, &entry), caller).await.unwrap()
}

async fn decided(world: &World, (office, batch): (&Actor, i64), people: &[i64], code: &str) {
    let decision = Decision::read(code, "").unwrap();
    let to = (handover::Caller::Page, "");
    let whom = (batch, people);
    review::decide(&world.app, office, whom, (&decision, ""), to).await.unwrap();
}

/// A batch with three people: one waits for everything, one was passed, the papers of one were
/// looked at.
async fn handover(world: &World, station: &str, name: &str) -> [i64; 4] {
    let office = world.clerk("office_clerk", &station[..6]).await;
    let batch = batch(world, &office).await;
    let at = (&office, batch);
    let mut people = [0; 3];
    for one in &mut people {
        *one = candidate(world, at, (station, name)).await;
    }
    decided(world, at, &people[1..], "papers").await;
    decided(world, at, &people[1..2], "pass").await;
    [batch, people[0], people[1], people[2]]
}

/// Somebody of another batch was sent to the sample's street.
async fn slip(world: &World, station: &str, name: &str) -> i64 {
    let office = world.clerk("office_clerk", &station[..6]).await;
    let batch = batch(world, &office).await;
    let at = (&office, batch);
    let one = candidate(world, at, (station, name)).await;
    decided(world, at, &[one], "papers").await;
    decided(world, at, &[one], "pass").await;
    passing::send(&world.app, &office, batch, handover::Caller::Page).await.unwrap();
    let slip = q!("SELECT id FROM handover_slips WHERE batch = $1", batch);
    world.db().row(slip).await.unwrap().unwrap().get(0).unwrap()
}

/// The retiree's file lies at the street, where no stock-taking is under way.
async fn filed(world: &World, street: &str, person: i64) -> i64 {
    let clerk = world.clerk("street_clerk", street).await;
    let caller = archives::Caller::Page;
    let open = q!("SELECT id FROM archive_checks WHERE org = $1 AND ended_on IS NULL", street);
    if let Some(row) = world.db().row(open).await.unwrap() {
        let at = (row.get(0).unwrap(), 1);
        checks::end(&world.app, &clerk, at, caller).await.unwrap();
    }
    let known = q!("SELECT id FROM archives WHERE person = $1", person);
    if let Some(row) = world.db().row(known).await.unwrap() {
        return row.get(0).unwrap();
    }
    let new = NewFile {
        person,
        from: "示范机械厂".to_owned(),
        in_box: "2架3层".to_owned(),
        volumes: 1,
        ..NewFile::default()
    };
    archives::take_in(&world.app, &clerk, &new, caller).await.unwrap()
}

/// The retiree's file is on its way from the district to the street.
async fn sent_file(world: &World, station: &str, person: i64) -> i64 {
    let office = world.clerk("office_clerk", &station[..6]).await;
    let from = "示范机械厂".to_owned();
    let new = NewFile { person, from, volumes: 1, ..NewFile::default() };
    let caller = archives::Caller::Page;
    let file = archives::take_in(&world.app, &office, &new, caller).await.unwrap();
    slips::send(&world.app, &office, (&[file], &station[..9]), caller).await.unwrap()
}

/// A group of the station.
async fn founded(world: &World, clerk: &Actor, (station, kind): (&str, &str)) -> i64 {
    let name = format!("金雀{}", bodies::unused(""));
    let (org, kind) = (station.to_owned(), kind.to_owned());
    let new = NewGroup { org, kind, name, ..NewGroup::default() };
    groups::found(&world.app, clerk, &new, groups::Caller::Page).await.unwrap()
}

/// A letter with which the retiree goes to a branch.
async fn letter(world: &World, clerk: &Actor, (person, branch): (i64, i64)) -> i64 {
    let (number, issuer) = ("介字1号".to_owned(), "示范机械厂党委".to_owned());
    let new = NewLetter { person, branch, number, issuer, issued_on: Some(world.app.today()) };
    letters::issue(&world.app, clerk, &new, groups::Caller::Page).await.unwrap()
}

/// A card that waits to be handed over.
async fn carded(world: &World, clerk: &Actor, (station, person): (&str, i64)) -> i64 {
    let known = cards::store::contact(&mut world.db().clone(), station).await.unwrap();
    if known.version == 0 {
        let contact = Contact { phone: "0199-5550001".to_owned(), ..Contact::default() };
        let at = (station, &contact);
        cards::keep_contact(&world.app, clerk, at, cards::Caller::Page).await.unwrap();
    }
    let made = (station, &[person][..]);
    cards::make(&world.app, clerk, made, cards::Caller::Page).await.unwrap();
    let card = q!("SELECT id FROM cards WHERE person = $1 AND state = 'printed'", person);
    world.db().row(card).await.unwrap().unwrap().get(0).unwrap()
}

/// An account that nobody of the matrix uses, with a session, a token and a second factor.
async fn account(world: &World, station: &str) -> (i64, [i64; 2]) {
    let new = NewAccount {
        name: bodies::unused("egret-"),
        person_name: if station == HOME { CANARIES[3] } else { "上官自己" }.to_owned(),
        org: world.org(if station == HOME { "990101001002" } else { station }, "station").await,
        post: "coordinator".to_owned(),
        hashed: "-".to_owned(),
        must_change: MustChange::No,
    };
    let operator = Actor::operator(posts::operator());
    let permit = operator.permit(deeds::ACCOUNTS_MAKE).unwrap();
    let mut act = world.db().begin(permit, world.app.today()).await.unwrap();
    let id = accounts::make(&mut act, &new).await.unwrap();
    act.commit("account", "").await.unwrap();
    let totp = q!("UPDATE accounts SET totp = $2 WHERE id = $1", id, vec![1_u8]);
    world.db().housekeep(vec![totp]).await.unwrap();
    (id, doors(world, id).await)
}

/// A session and a token of an account; the tokens of an earlier sample are revoked.
async fn doors(world: &World, account: i64) -> [i64; 2] {
    let (session, token) = (world.db().number().await.unwrap(), world.db().number().await.unwrap());
    let now = world.db().clock().seconds();
    let queries = vec![
        q!("UPDATE tokens SET revoked_on = '2026-01-01' WHERE account = $1", account),
        q!(
            "INSERT INTO tokens (id, account, token, label, made_on)
             VALUES ($1, $2, $3, '比对', '2026-01-01')",
            token,
            account,
            format!("sample-{token}")
        ),
        q!(
            "INSERT INTO sessions (id, account, token, stage, began_at, seen_at, address, agent)
             VALUES ($1, $2, $3, 'full', $4, $4, '', '')",
            session,
            account,
            format!("sample-{session}"),
            now
        ),
    ];
    world.db().housekeep(queries).await.unwrap();
    [session, token]
}

/// A roster of the sample's street that was checked, with a fault in it, and waits.
async fn imported(world: &World, station: &str, [name, phone, _]: [&str; 3]) -> i64 {
    let street = world.clerk("street_clerk", &station[..9]).await;
    let mut db = world.db().clone();
    let station = songhe::orgs::store::by_code(&mut db, station, "station").await;
    let station = station.unwrap().unwrap().name;
    let text = format!(
        "姓名,证件号码,所属社区,手机号码\n{name},990101195003041235,{station},{phone}\n\
         丁二,{},{station},\n",
        made_up_number(date(1952, 6, 7))
    );
    let file = Handed::of(&format!("{name}.csv"), text.as_bytes()).unwrap();
    let id = exchange::receive(&world.app, &street, (file, Kind::Roster, 0), people::Caller::Page)
        .await
        .unwrap();
    let import = exchange::find(&world.app, &street, id).await.unwrap();
    let plan = import.plan.clone().unwrap();
    let step = work::begin_checking(&world.app, &street, (&import, plan), people::Caller::Page);
    step.await.unwrap().await.unwrap();
    id
}

/// A paper of a retiree.
async fn paper(world: &World, clerk: &Actor, (person, word): (i64, &str)) -> i64 {
    let file = Handed::of(&format!("{word}.pdf"), b"%PDF-1.7 made up").unwrap();
    let wish = ((Subject::Person, person), &file, word);
    attached::add(&world.app, clerk, wish, attached::Caller::Page).await.unwrap().id
}
