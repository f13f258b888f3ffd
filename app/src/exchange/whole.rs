//! A row as a whole: the contact it names, and whether the registry could take it.

use kernel::Problem;

use super::columns::Col;
use super::rows::Draft;
use super::words;
use crate::registry;
use crate::registry::relatives;

impl Draft<'_> {
    pub(super) fn contact(&mut self) {
        let mut contact = std::mem::take(&mut self.contact);
        if contact.name.is_empty() {
            if !contact.phone.is_empty() {
                self.keep(Col::ContactPhone, &contact.phone);
            }
            return;
        }
        if contact.relation.is_empty() {
            "other".clone_into(&mut contact.relation);
        }
        contact.contact_rank = (!contact.phone.is_empty()).then_some(1);
        match relatives::check(&contact, self.today) {
            Ok(contact) => self.line.contact = Some(contact),
            Err(problem) => {
                for error in problem.fields() {
                    let (col, code) = match error.field.as_str() {
                        "phone" => (Col::ContactPhone, "contact-phone"),
                        _ => (Col::ContactName, "contact-name"),
                    };
                    self.fault(col, code, &error.message);
                }
            }
        }
    }

    pub(super) fn check(&mut self) {
        if self.line.faults.iter().any(|fault| fault.field == "identity") {
            return;
        }
        match registry::check(&self.line.entry, self.today) {
            Ok(checked) => self.line.checked = Some(checked),
            Err(Problem::Invalid(errors)) => {
                for error in errors {
                    let mut col = words::column_of(&error.field);
                    if self.page.column(col).is_none() {
                        // What no column says follows from the number.
                        col = Col::Identity;
                    }
                    let told = self.line.faults.iter().any(|f| f.field == col.field().key);
                    if !told {
                        self.fault(col, &error.field.replace('_', "-"), &error.message);
                    }
                }
            }
            Err(other) => self.fault(Col::Identity, other.code(), &other.to_string()),
        }
        let taken_in = self.line.taken_in_on;
        let born = self.line.checked.as_ref().and_then(|checked| checked.fields().born_on);
        if let (Some(taken_in), Some(born)) = (taken_in, born)
            && taken_in <= born
        {
            self.fault(Col::TakenIn, "taken-in", "纳入日期早于出生日期，请核对");
        }
        if !self.line.faults.is_empty() {
            self.line.checked = None;
        }
    }
}
