//! Which room stands on which floor. A room uses floors below it, never a neighbour.

/// From the ground up: organisations carry everything, accounts belong to them.
const FLOORS: &[&[&str]] = &[
    &["orgs"],
    &["accounts", "policies"],
    &["registry", "papers"],
    &["duties", "approvals", "payments", "notices"],
    &["people"],
    &["archives"],
    &[
        "handover",
        "cards",
        "visits",
        "certification",
        "deaths",
        "survivors",
        "dependants",
        "reception",
        "groups",
        "activities",
        "health",
        "special",
        "care",
    ],
    &["statistics", "exchange", "attached", "portal", "reorganisation", "audit", "law", "demo"],
];

/// The floor of a room, counted from 0.
pub fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Every room there may be.
pub fn rooms() -> impl Iterator<Item = &'static str> {
    FLOORS.iter().flat_map(|rooms| rooms.iter().copied())
}

/// Why `room` may not use `other`, if it may not.
pub fn objection(room: &str, other: &str) -> Option<String> {
    let (own, its) = (floor_of(room)?, floor_of(other)?);
    match own.cmp(&its) {
        _ if room == other => None,
        std::cmp::Ordering::Greater => None,
        std::cmp::Ordering::Equal => Some(format!("`{other}` is a neighbour: meet through facts")),
        std::cmp::Ordering::Less => Some(format!("`{other}` is on a floor above")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_floors_below_may_be_used() {
        assert_eq!(objection("visits", "registry"), None);
        assert_eq!(objection("registry", "orgs"), None);
        assert!(objection("registry", "papers").is_some_and(|says| says.contains("neighbour")));
        assert!(objection("duties", "visits").is_some_and(|says| says.contains("above")));
    }

    #[test]
    fn a_room_stands_on_one_floor() {
        let all: Vec<&str> = rooms().collect();
        let distinct: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), distinct.len());
    }
}
