//! Row and record laid over one another: whether a number with hidden figures can be one that is
//! known, and what is known of a relative with what a row says of them.

use crate::registry::relatives::NewRelative;

/// Whether a number with hidden figures can be this one.
pub fn fits(hidden: &str, number: &str) -> bool {
    let (Some(first), Some(last)) = (hidden.find('*'), hidden.rfind('*')) else {
        return hidden == number;
    };
    let (start, end) = (&hidden[..first], &hidden[last + 1..]);
    number.len() >= start.len() + end.len() && number.starts_with(start) && number.ends_with(end)
}

/// What is known of a relative, with what the row says laid over it.
pub fn merged(known: &NewRelative, said: &NewRelative) -> NewRelative {
    let text = |known: &String, said: &String| {
        if said.is_empty() { known.clone() } else { said.clone() }
    };
    NewRelative {
        name: known.name.clone(),
        relation: text(&known.relation, &said.relation),
        id_number: text(&known.id_number, &said.id_number),
        born_on: said.born_on.or(known.born_on),
        phone: text(&known.phone, &said.phone),
        address: text(&known.address, &said.address),
        household: text(&known.household, &said.household),
        contact_rank: said.contact_rank.or(known.contact_rank),
        dependant_since: said.dependant_since.or(known.dependant_since),
        dependant_until: said.dependant_until.or(known.dependant_until),
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_hidden_number_fits_what_it_leaves_open() {
        let number = "990101195003041237";
        let table = [
            ("990101********1237", true),
            ("990***********1237", true),
            ("990101195003041237", true),
            ("**************1237", true),
            ("990101********1238", false),
            ("991***********1237", false),
            ("990101195003041237990101195003041*37", false),
        ];
        for (hidden, does) in table {
            assert_eq!(fits(hidden, number), does, "{hidden}");
        }
    }
}
