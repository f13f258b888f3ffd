//! What a row of a list of relatives says.

use super::entries::Draft;
use super::words;
use crate::registry::codes::HOUSEHOLDS;
use crate::registry::relatives::NewRelative;

impl Draft<'_> {
    pub(super) fn relative(&mut self) -> NewRelative {
        let name = self.name("relative");
        if name.is_empty() {
            self.entry.tell("relative", "relative-missing", "没有亲属姓名，请补填");
        }
        let said = self.text("relation");
        let relation =
            match words::code_of(crate::registry::codes::RELATIONS, words::RELATIONS, &said) {
                Some(code) => code.to_owned(),
                None if said.is_empty() => {
                    self.entry.tell("relation", "relation-missing", "没有写明关系，请补填");
                    String::new()
                }
                None => {
                    self.entry.remark(self.page.kind, "relation", "认不出的关系，按“其他”登记");
                    "other".to_owned()
                }
            };
        let (phone, further) = self.phone("relative_phone");
        if further.is_some() {
            let says = "一位亲属只登记一个电话，请只留一个";
            self.entry.tell("relative_phone", "phones", says);
        }
        let rank = self.text("contact_rank");
        let contact_rank = match rank.parse::<i64>() {
            Ok(rank) => Some(rank),
            Err(_) if rank.is_empty() => None,
            Err(_) => {
                self.entry.tell("contact_rank", "rank", "联系次序请填数字，1 为首先联系");
                None
            }
        };
        NewRelative {
            name,
            relation,
            id_number: self.whole_identity("relative_identity"),
            born_on: self.day("relative_born_on"),
            phone,
            address: self.text("relative_address"),
            household: self.household(),
            contact_rank,
            dependant_since: self.day("dependant_since"),
            dependant_until: self.day("dependant_until"),
        }
    }

    fn whole_identity(&mut self, key: &'static str) -> String {
        let number = self.identity(key);
        if number.contains('*') {
            self.entry.remark(self.page.kind, key, "号码有隐去的位数，没有登记");
            return String::new();
        }
        number
    }

    fn household(&mut self) -> String {
        let said = self.text("household");
        const WORDS: &[(&str, &str)] = &[
            ("near", "不同住"),
            ("near", "否"),
            ("near", "同城"),
            ("far", "外地"),
            ("far", "外省"),
            ("far", "国外"),
            ("same", "同住"),
            ("same", "共同居住"),
            ("same", "是"),
        ];
        let known = HOUSEHOLDS.iter().find(|(code, name)| *code == said || *name == said);
        let known = known.or_else(|| WORDS.iter().find(|(_, word)| said.contains(word)));
        if known.is_none() && !said.is_empty() {
            self.entry.remark(self.page.kind, "household", "认不出的居住情况，没有登记");
        }
        known.map_or_else(String::new, |(code, _)| (*code).to_owned())
    }
}
