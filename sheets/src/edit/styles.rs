//! 样式：照原来的样子另做一份红底的，原有的一个不动。

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::xml::{attribute, local, root_prefix, with};
use crate::SheetError;
use crate::guard::damaged;

/// The red of cells in question; nobody else's red is quite this one.
const RED: &str = "FFFFC7C9";
/// For workbooks that have no styles at all.
pub(super) const NONE: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">",
    "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"宋体\"/></font></fonts>",
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>",
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>",
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>",
    "</cellStyleXfs>",
    "<cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>",
    "</cellXfs></styleSheet>",
);

/// A list of the style sheet: where its tag and its end stand, and its entries.
#[derive(Default)]
struct List {
    open: Range<usize>,
    close: usize,
    entries: Vec<Range<usize>>,
}

impl List {
    /// The list of this name right below the root.
    fn read(xml: &str, name: &str) -> Result<Self, SheetError> {
        let mut reader = Reader::from_str(xml);
        let (mut list, mut depth, mut from, mut inside) = (Self::default(), 0_u32, 0, false);
        loop {
            let event = reader.read_event().map_err(damaged)?;
            let to = usize::try_from(reader.buffer_position()).map_err(damaged)?;
            match event {
                Event::Start(tag) => {
                    if depth == 1 && local(&tag) == name {
                        list.open = from..to;
                        inside = true;
                    } else if depth == 2 && inside {
                        list.entries.push(from..to);
                    }
                    depth += 1;
                }
                Event::Empty(_) if depth == 2 && inside => list.entries.push(from..to),
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    if depth == 1 && inside {
                        list.close = from;
                        return Ok(list);
                    }
                    if let Some(entry) = list.entries.last_mut().filter(|_| depth == 2 && inside) {
                        entry.end = to;
                    }
                }
                Event::Eof => return Ok(list),
                _ => {}
            }
            from = to;
        }
    }
}

pub(super) struct Styles {
    xml: String,
    prefix: String,
    fills: List,
    xfs: List,
    /// The red fill that an earlier pass of ours left in the file.
    red: Option<usize>,
    /// New styles by the one each is made from, in the order of their numbers.
    made: Vec<u32>,
    by_base: BTreeMap<u32, u32>,
}

impl Styles {
    pub(super) fn read(xml: String) -> Result<Self, SheetError> {
        let prefix = root_prefix(&xml)?;
        let (fills, xfs) = (List::read(&xml, "fills")?, List::read(&xml, "cellXfs")?);
        let red = fills.entries.iter().position(|entry| xml[entry.clone()].contains(RED));
        let (made, by_base) = (Vec::new(), BTreeMap::new());
        Ok(Self { xml, prefix, fills, xfs, red, made, by_base })
    }

    /// The number of the style that is like `base` and red. A style sheet without lists of fills
    /// and styles cannot be added to: then the style stays.
    pub(super) fn red(&mut self, base: u32) -> u32 {
        let n = self.xfs.entries.len();
        let known = usize::try_from(base).is_ok_and(|at| at < n);
        if !known || self.fills.close == 0 || self.is_red(base) {
            return base;
        }
        if let Some(made) = self.by_base.get(&base) {
            return *made;
        }
        let next = u32::try_from(n + self.made.len()).unwrap_or(base);
        self.made.push(base);
        self.by_base.insert(base, next);
        next
    }

    /// The style from which an earlier pass of ours made a red one.
    pub(super) fn plain(&self, style: u32) -> u32 {
        if !self.is_red(style) {
            return style;
        }
        let bare = |at: usize| self.entry(at, None).ok();
        let own = usize::try_from(style).ok().and_then(bare);
        let like =
            |at: &usize| bare(*at) == own && u32::try_from(*at).is_ok_and(|at| !self.is_red(at));
        let found = (0..self.xfs.entries.len()).find(like);
        found.and_then(|at| u32::try_from(at).ok()).unwrap_or(style)
    }

    fn is_red(&self, style: u32) -> bool {
        let (Some(red), Ok(at)) = (self.red, usize::try_from(style)) else { return false };
        let Some(entry) = self.xfs.entries.get(at) else { return false };
        let text = &self.xml[entry.clone()];
        text.contains(&format!("fillId=\"{red}\"")) || text.contains(&format!("fillId='{red}'"))
    }

    pub(super) fn is_changed(&self) -> bool {
        !self.made.is_empty()
    }

    /// A style with another fill, or with none named at all.
    fn entry(&self, at: usize, fill: Option<&str>) -> Result<String, SheetError> {
        let text = &self.xml[self.xfs.entries[at].clone()];
        let mut reader = Reader::from_str(text);
        let (tag, is_empty) = match reader.read_event().map_err(damaged)? {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            _ => return Err(damaged("a style that is no element")),
        };
        let rest = usize::try_from(reader.buffer_position()).map_err(damaged)?;
        let applied = fill.map(|_| "1");
        let tag = with(&tag, &[("fillId", fill), ("applyFill", applied)]);
        let content = tag.name().into_inner().to_owned() + tag.attributes_raw();
        let end = if is_empty { "/>" } else { ">" };
        Ok(format!("<{content}{end}{}", &text[rest..]))
    }

    /// The style sheet with what was added.
    pub(super) fn finish(self) -> Result<String, SheetError> {
        let p = &self.prefix;
        let fill = self.red.unwrap_or(self.fills.entries.len()).to_string();
        let mut entries = String::new();
        for base in &self.made {
            let base = usize::try_from(*base).map_err(damaged)?;
            entries.push_str(&self.entry(base, Some(&fill))?);
        }
        let red = format!(
            "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"{RED}\"/>\
             <{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
        );
        let n_xfs = self.xfs.entries.len() + self.made.len();
        let mut parts = vec![
            (self.xfs.open.clone(), self.counted(&self.xfs, n_xfs)?),
            (self.xfs.close..self.xfs.close, entries),
        ];
        if self.red.is_none() {
            let n_fills = self.fills.entries.len() + 1;
            parts.push((self.fills.open.clone(), self.counted(&self.fills, n_fills)?));
            parts.push((self.fills.close..self.fills.close, red));
        }
        parts.sort_by_key(|(at, _)| at.start);
        let (mut out, mut done) = (String::with_capacity(self.xml.len() + 4096), 0);
        for (at, text) in parts {
            out.push_str(&self.xml[done..at.start]);
            out.push_str(&text);
            done = at.end;
        }
        out.push_str(&self.xml[done..]);
        Ok(out)
    }

    /// The tag of a list with its new number of entries.
    fn counted(&self, list: &List, n: usize) -> Result<String, SheetError> {
        let mut reader = Reader::from_str(&self.xml[list.open.clone()]);
        let Event::Start(tag) = reader.read_event().map_err(damaged)? else {
            return Err(damaged("a list that is no element"));
        };
        let n = n.to_string();
        let has = attribute(&tag, "count").is_some();
        let tag = if has { with(&tag, &[("count", Some(&n))]) } else { tag.into_owned() };
        Ok(format!("<{}{}>", tag.name().into_inner(), tag.attributes_raw()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_red_style_is_like_the_one_it_is_made_from_and_leads_back_to_it() {
        let mut styles = Styles::read(NONE.to_owned()).unwrap();
        assert_eq!((styles.red(0), styles.red(0), styles.red(7)), (1, 1, 7));
        let xml = styles.finish().unwrap();
        assert!(xml.contains("<fills count=\"3\">") && xml.contains("<cellXfs count=\"2\">"));
        assert!(xml.contains("fillId=\"2\" applyFill=\"1\""), "{xml}");
        let mut again = Styles::read(xml).unwrap();
        assert_eq!((again.plain(1), again.plain(0), again.red(1), again.red(0)), (0, 0, 1, 2));
    }
}
