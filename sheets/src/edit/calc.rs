//! 填好的表里有公式的，打开时要重新计算。

use quick_xml::Reader;
use quick_xml::events::Event;

use super::xml::{local, root_prefix, with};
use crate::SheetError;
use crate::guard::damaged;

/// What stands before the settings of calculation in a workbook, in order.
const BEFORE: &[&str] = &["sheets", "functionGroups", "externalReferences", "definedNames"];

/// The workbook with its formulas to be worked out when it is opened.
pub(super) fn recalculated(book: &str) -> Result<String, SheetError> {
    let mut reader = Reader::from_str(book);
    let (mut depth, mut from, mut end) = (0_u32, 0, None);
    loop {
        let event = reader.read_event().map_err(damaged)?;
        let to = usize::try_from(reader.buffer_position()).map_err(damaged)?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) if depth == 1 && local(tag) == "calcPr" => {
                let is_empty = matches!(event, Event::Empty(_));
                let tag = with(tag, &[("fullCalcOnLoad", Some("1"))]);
                let (name, rest) = (tag.name().into_inner().to_owned(), tag.attributes_raw());
                let close = if is_empty { "/>" } else { ">" };
                return Ok(format!("{}<{name}{rest}{close}{}", &book[..from], &book[to..]));
            }
            Event::Empty(tag) if depth == 1 && BEFORE.contains(&local(tag)) => end = Some(to),
            _ => {}
        }
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(tag) => {
                depth -= 1;
                if depth == 1 && BEFORE.contains(&tag.local_name().into_inner()) {
                    end = Some(to);
                }
            }
            Event::Eof => break,
            _ => {}
        }
        from = to;
    }
    let Some(at) = end else { return Ok(book.to_owned()) };
    let prefix = root_prefix(book)?;
    let one = format!("<{prefix}calcPr fullCalcOnLoad=\"1\"/>");
    Ok(format!("{}{one}{}", &book[..at], &book[at..]))
}
