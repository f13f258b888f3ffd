//! One retiree with everything a route may name, and what must never be told of them elsewhere.

use jiff::civil::date;
use kernel::q;
use songhe::visits::{self, Caller, Report};
use songhe::web::Route;

use crate::world::World;

/// Words that only the sample's own street and district may see.
pub const CANARIES: &[&str] = &["欧阳金丝雀", "19400000001"];

pub struct Samples {
    pub person: i64,
    duty: i64,
    visit: i64,
}

impl Samples {
    pub async fn make(world: &World) -> Self {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let person = world.person(&clerk, CANARIES[0], date(1950, 3, 4), "990101001001").await;
        let report = Report::ordinary(world.app.today(), "协理员");
        let recorded =
            visits::record(&world.app, &clerk, person, &report, Caller::Page).await.unwrap();
        let duty = world
            .db()
            .row(q!("SELECT id FROM duties WHERE person = $1 ORDER BY id LIMIT 1", person))
            .await
            .unwrap();
        Self { person, duty: duty.unwrap().get(0).unwrap(), visit: recorded.id }
    }

    /// A path of the table with the sample's numbers in it.
    pub fn fill(&self, path: &str) -> String {
        self.with(path, [self.person, self.duty, self.visit])
    }

    /// The same with numbers that nobody has.
    pub fn missing(&self, path: &str) -> String {
        self.with(path, [1, 1, 1])
    }

    fn with(&self, path: &str, [person, duty, visit]: [i64; 3]) -> String {
        path.replace("/people/{id}", &format!("/people/{person}"))
            .replace("/duties/{id}", &format!("/duties/{duty}"))
            .replace("/visits/{id}", &format!("/visits/{visit}"))
            .replace("{name}", "none")
    }

    /// Whether a path names something that belongs to one place.
    pub fn is_local(&self, path: &str) -> bool {
        path.contains("{id}")
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
