//! 零碎的 XML：取属性、换属性、转义、在末尾添上。

use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use crate::SheetError;
use crate::guard::damaged;

/// The local name of a tag.
pub(super) fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    tag.local_name().into_inner()
}

/// The prefix of a name with its colon, empty when it has none.
pub(super) fn prefix(name: &str) -> &str {
    name.find(':').map_or("", |at| &name[..=at])
}

/// An attribute as it is meant, by its name without a prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|one| bare(one) == name)?;
    let value = quick_xml::escape::unescape(&found.value).ok()?;
    Some(value.into_owned())
}

fn bare<'a>(one: &Attribute<'a>) -> &'a str {
    let key = one.key.into_inner();
    key.find(':').map_or(key, |at| &key[at + 1..])
}

pub(super) fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}

/// A tag with some attributes set and others left out; the rest stay as they were written.
pub(super) fn with(tag: &BytesStart<'_>, set: &[(&str, Option<&str>)]) -> BytesStart<'static> {
    let mut made = BytesStart::new(tag.name().into_inner().to_owned());
    for one in tag.attributes().with_checks(false).flatten() {
        if !set.iter().any(|(name, _)| *name == one.key.into_inner()) {
            made.push_attribute(one);
        }
    }
    for (name, value) in set {
        if let Some(value) = value {
            made.push_attribute((*name, *value));
        }
    }
    made
}

/// Text between tags; what XML cannot hold is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// `AB12` as column (from 0) and row (from 1).
pub(super) fn place(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    let n = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if n == 0 || n > 3 {
        return None;
    }
    let column = text[..n]
        .bytes()
        .fold(0_u32, |sum, b| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((column - 1, text[n..].parse().ok()?))
}

/// What a root element is called, its prefix with the colon.
pub(super) fn root_prefix(xml: &str) -> Result<String, SheetError> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(tag) | Event::Empty(tag) => {
                return Ok(prefix(tag.name().into_inner()).to_owned());
            }
            Event::Eof => return Err(damaged("no root element")),
            _ => {}
        }
    }
}

/// Adds elements at the end of the root element; `made` gets the prefix of the root.
pub(super) fn added(xml: &str, made: impl Fn(&str) -> String) -> Result<String, SheetError> {
    let more = made(&root_prefix(xml)?);
    let end = xml.trim_end();
    if let Some(at) = end.rfind("</") {
        return Ok(format!("{}{more}{}", &end[..at], &end[at..]));
    }
    // `<Relationships xmlns="…"/>`.
    let at = end.rfind("/>").ok_or_else(|| damaged("no end of the root element"))?;
    let from = end.rfind('<').ok_or_else(|| damaged("no root element"))?;
    let name = end[from + 1..at].split_whitespace().next().unwrap_or_default();
    Ok(format!("{}>{more}</{name}>", &end[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_excel_writes_it() {
        assert_eq!(place("A1"), Some((0, 1)));
        assert_eq!(place("AB12"), Some((27, 12)));
        assert_eq!(place("12"), None);
    }

    #[test]
    fn elements_are_added_at_the_end_of_any_root() {
        let one = |prefix: &str| format!("<{prefix}b/>");
        assert_eq!(added("<a><c/></a>", one).unwrap(), "<a><c/><b/></a>");
        assert_eq!(added("<x:a/>", one).unwrap(), "<x:a><x:b/></x:a>");
        assert_eq!(added("<?x?>\n<a k=\"1\" />\n", one).unwrap(), "<?x?>\n<a k=\"1\" ><b/></a>");
    }
}
