//! 流式读 XML：一个标签一段文字，有深度和长度的限度，不认实体。

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::SheetError;
use crate::guard::damaged;

/// Elements in elements.
const DEPTH: usize = 200;

/// A tag that was opened, its names without prefixes.
pub(crate) struct Tag {
    pub(crate) name: String,
    /// By their whole names.
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| local(known) == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether an attribute of this whole name says so.
    pub(crate) fn is(&self, name: &str, value: &str) -> bool {
        self.attributes.iter().any(|(known, said)| known == name && said == value)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.get(name)?.trim().parse().ok()
    }
}

pub(crate) enum Node {
    Open(Tag),
    Close(String),
    Text(String),
    End,
}

pub(crate) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    depth: usize,
}

fn local(name: &str) -> &str {
    name.find(':').map_or(name, |at| &name[at + 1..])
}

impl<R: BufRead> Xml<R> {
    pub(crate) fn new(reader: R) -> Self {
        let mut reader = Reader::from_reader(reader);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    pub(crate) fn next(&mut self) -> Result<Node, SheetError> {
        loop {
            self.buffer.clear();
            match self.reader.read_event_into(&mut self.buffer).map_err(damaged)? {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(damaged("elements too deep"));
                    }
                    return Ok(Node::Open(opened(&tag)?));
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::Close(tag.local_name().into_inner().to_owned()));
                }
                Event::Text(text) => return Ok(Node::Text(text.xml10_content().into_owned())),
                Event::CData(text) => return Ok(Node::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(reference) => {
                    let known = match reference.resolve_char_ref().map_err(damaged)? {
                        Some(c) => Some(c),
                        None => predefined(&reference),
                    };
                    let c = known.ok_or_else(|| damaged("unknown entity"))?;
                    return Ok(Node::Text(c.to_string()));
                }
                Event::DocType(_) => return Err(damaged("document type in an XML part")),
                Event::Eof if self.depth > 0 => return Err(damaged("it ends too early")),
                Event::Eof => return Ok(Node::End),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn opened(tag: &BytesStart<'_>) -> Result<Tag, SheetError> {
    let mut attributes = Vec::new();
    for one in tag.attributes().with_checks(false) {
        let one = one.map_err(damaged)?;
        let value = quick_xml::escape::unescape(&one.value).map_err(damaged)?;
        attributes.push((one.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok(Tag { name: tag.local_name().into_inner().to_owned(), attributes })
}
