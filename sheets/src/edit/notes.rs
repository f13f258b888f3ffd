//! 批注：哪一格有什么问题；别人的批注留着，我们以前的换掉。

use std::fmt::Write;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::xml::{attribute, escaped, local, place, root_prefix};
use crate::SheetError;
use crate::guard::damaged;
use crate::read::letters;

const AUTHOR: &str = "导入检查";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A note at a cell: column from 0, row from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub row: u32,
    pub column: u32,
    pub text: String,
}

impl Note {
    fn at(&self) -> String {
        format!("{}{}", letters(self.column), self.row)
    }
}

/// A part that holds the notes of a sheet, and which of them need a box to be drawn; boxes of
/// `gone` are to be taken away.
pub(super) struct Written {
    pub xml: String,
    pub boxes: Vec<(u32, u32)>,
    pub gone: Vec<(u32, u32)>,
}

/// The notes of a sheet that had none.
pub(super) fn fresh(notes: &[Note]) -> Written {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <comments xmlns=\"{MAIN}\"><authors><author>{AUTHOR}</author></authors><commentList>"
    );
    notes.iter().for_each(|note| comment(&mut xml, note, ("", 0)));
    xml.push_str("</commentList></comments>");
    Written { xml, boxes: places(notes), gone: Vec::new() }
}

fn places(notes: &[Note]) -> Vec<(u32, u32)> {
    notes.iter().map(|note| (note.column, note.row)).collect()
}

fn comment(xml: &mut String, note: &Note, (p, author): (&str, usize)) {
    let _ = write!(
        xml,
        "<{p}comment ref=\"{}\" authorId=\"{author}\"><{p}text><{p}t xml:space=\"preserve\">{}\
         </{p}t></{p}text></{p}comment>",
        note.at(),
        escaped(&note.text)
    );
}

/// Someone's note in a part.
struct Known {
    at: Range<usize>,
    place: (u32, u32),
    author: usize,
    /// Where more can be said.
    text_end: usize,
}

#[derive(Default)]
struct Part {
    authors: Vec<String>,
    authors_end: usize,
    list_end: usize,
    known: Vec<Known>,
}

fn read(xml: &str) -> Result<Part, SheetError> {
    let mut reader = Reader::from_str(xml);
    let (mut part, mut from, mut in_author) = (Part::default(), 0, false);
    loop {
        let event = reader.read_event().map_err(damaged)?;
        let to = usize::try_from(reader.buffer_position()).map_err(damaged)?;
        match event {
            Event::Start(tag) => match local(&tag) {
                "author" => {
                    in_author = true;
                    part.authors.push(String::new());
                }
                "comment" => {
                    let at = attribute(&tag, "ref").and_then(|text| place(&text));
                    let author = attribute(&tag, "authorId").and_then(|n| n.parse().ok());
                    part.known.push(Known {
                        at: from..to,
                        place: at.unwrap_or((u32::MAX, 0)),
                        author: author.unwrap_or(usize::MAX),
                        text_end: 0,
                    });
                }
                _ => {}
            },
            Event::Empty(tag) if local(&tag) == "author" => part.authors.push(String::new()),
            Event::Text(text) if in_author => {
                if let Some(author) = part.authors.last_mut() {
                    author.push_str(&text);
                }
            }
            Event::End(tag) => match (tag.local_name().into_inner(), part.known.last_mut()) {
                ("author", _) => in_author = false,
                ("authors", _) => part.authors_end = from,
                ("commentList", _) => part.list_end = from,
                ("comment", Some(known)) => known.at.end = to,
                ("text", Some(known)) => known.text_end = from,
                _ => {}
            },
            Event::Eof => return Ok(part),
            _ => {}
        }
        from = to;
    }
}

/// The notes of a sheet that had some: ours of an earlier time go, those of others stay.
pub(super) fn joined(xml: &str, notes: &[Note]) -> Result<Written, SheetError> {
    let part = read(xml)?;
    if part.authors_end == 0 || part.list_end == 0 {
        return Ok(fresh(notes));
    }
    let p = root_prefix(xml)?;
    let ours = part.authors.iter().position(|author| author == AUTHOR);
    let author = ours.unwrap_or(part.authors.len());
    let (mut gone, mut cuts) = (Vec::new(), Vec::new());
    let mut open: Vec<&Note> = notes.iter().collect();
    for known in &part.known {
        if ours == Some(known.author) {
            gone.push(known.place);
            cuts.push((known.at.clone(), String::new()));
        } else if let Some(at) = open.iter().position(|n| (n.column, n.row) == known.place)
            && known.text_end > 0
        {
            let more = escaped(&format!("\n{AUTHOR}：{}", open.remove(at).text));
            let run = format!("<{p}r><{p}t xml:space=\"preserve\">{more}</{p}t></{p}r>");
            cuts.push((known.text_end..known.text_end, run));
        }
    }
    if ours.is_none() {
        let name = format!("<{p}author>{AUTHOR}</{p}author>");
        cuts.push((part.authors_end..part.authors_end, name));
    }
    let mut more = String::new();
    open.iter().for_each(|note| comment(&mut more, note, (&p, author)));
    cuts.push((part.list_end..part.list_end, more));
    cuts.sort_by_key(|(at, _)| at.start);
    let (mut out, mut done) = (String::with_capacity(xml.len() + 4096), 0);
    for (at, text) in cuts {
        out.push_str(&xml[done..at.start]);
        out.push_str(&text);
        done = at.end;
    }
    out.push_str(&xml[done..]);
    let boxes = open.iter().map(|note| (note.column, note.row)).collect();
    Ok(Written { xml: out, boxes, gone })
}

const SPACES: &str = concat!(
    "xmlns:v=\"urn:schemas-microsoft-com:vml\" ",
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\" ",
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"",
);
const SHAPE: &str = "_x0000_t202";

/// The boxes of a sheet that had none; `nth` sheet of the workbook that gets some.
pub(super) fn fresh_boxes(boxes: &[(u32, u32)], nth: usize) -> String {
    let first = 1024 * (nth * 32 + 1);
    let n_blocks = boxes.len() / 1024 + 1;
    let blocks: Vec<String> = (0..n_blocks).map(|n| (nth * 32 + 1 + n).to_string()).collect();
    let mut xml = format!(
        "<xml {SPACES}><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{}\"/>\
         </o:shapelayout>{}",
        blocks.join(","),
        kind("")
    );
    for (n, at) in boxes.iter().enumerate() {
        shape(&mut xml, *at, (first + n + 1, ""));
    }
    xml.push_str("</xml>");
    xml
}

fn kind(spaces: &str) -> String {
    format!(
        "<v:shapetype {spaces} id=\"{SHAPE}\" coordsize=\"21600,21600\" o:spt=\"202\" \
         path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
         <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
    )
}

fn shape(xml: &mut String, (column, row): (u32, u32), (id, spaces): (usize, &str)) {
    let (left, top) = (column + 1, row.saturating_sub(2));
    let _ = write!(
        xml,
        "<v:shape {spaces} id=\"_x0000_s{id}\" type=\"#{SHAPE}\" \
         style=\"position:absolute;margin-left:60pt;margin-top:2pt;width:180pt;height:60pt;\
         z-index:1;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
         <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>\
         <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">\
         <div style=\"text-align:left\"></div></v:textbox><x:ClientData ObjectType=\"Note\">\
         <x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left},15,{top},10,{},15,{},4</x:Anchor>\
         <x:AutoFill>False</x:AutoFill><x:Row>{}</x:Row><x:Column>{column}</x:Column>\
         </x:ClientData></v:shape>",
        left + 3,
        top + 4,
        row.saturating_sub(1),
    );
}

/// The boxes of a sheet that had some. The part is no proper XML in every program: it is only cut
/// and added to.
pub(super) fn joined_boxes(vml: &str, written: &Written) -> String {
    let Some(end) = vml.rfind("</xml>") else { return fresh_boxes(&written.boxes, 7) };
    let mut kept = String::with_capacity(vml.len());
    let mut rest = &vml[..end];
    while let Some((from, to)) = next_shape(rest) {
        kept.push_str(&rest[..from]);
        let shape = &rest[from..to];
        if !written.gone.iter().any(|at| stands_at(shape, *at)) {
            kept.push_str(shape);
        }
        rest = &rest[to..];
    }
    kept.push_str(rest);
    let ids = vml.split("_x0000_s").skip(1).filter_map(|after| {
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok().filter(|n| *n < 1 << 30)
    });
    let first = (ids.max().unwrap_or(1024) / 1024 + 1) * 1024;
    if !kept.contains(SHAPE) {
        kept.push_str(&kind(SPACES));
    }
    for (n, at) in written.boxes.iter().enumerate() {
        shape(&mut kept, *at, (first + n + 1, SPACES));
    }
    kept + &vml[end..]
}

/// Where the next shape begins and ends.
fn next_shape(text: &str) -> Option<(usize, usize)> {
    let mut searched = 0;
    loop {
        let at = searched + text[searched..].find(":shape")?;
        let after = text[at + 6..].chars().next()?;
        let from = text[..at].rfind('<')?;
        let is_opening = text[from + 1..at].chars().all(char::is_alphanumeric);
        if is_opening && (after.is_whitespace() || after == '>') {
            let prefix = &text[from + 1..at];
            let end = format!("</{prefix}:shape>");
            let to = at + text[at..].find(&end)? + end.len();
            return Some((from, to));
        }
        searched = at + 6;
    }
}

fn stands_at(shape: &str, (column, row): (u32, u32)) -> bool {
    shape.contains(&format!(":Column>{column}</"))
        && shape.contains(&format!(":Row>{}</", row.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_others_stay_and_ours_are_replaced() {
        let note = |column, row, text: &str| Note { row, column, text: text.to_owned() };
        let first = fresh(&[note(1, 6, "姓名为空"), note(2, 7, "末位不对")]);
        let others = first.xml.replace(AUTHOR, "社保中心");
        let added = joined(&others, &[note(1, 6, "a<b")]).unwrap();
        assert!(added.xml.contains("姓名为空") && added.xml.contains("导入检查：a&lt;b"));
        assert_eq!((added.boxes.len(), added.gone.len()), (0, 0));
        let again = joined(&first.xml, &[note(3, 9, "新的")]).unwrap();
        assert!(!again.xml.contains("姓名为空"));
        assert_eq!(again.gone, [(1, 6), (2, 7)]);
        let boxes = joined_boxes(&fresh_boxes(&first.boxes, 0), &again);
        assert!(!boxes.contains("<x:Row>5</x:Row>"));
        assert!(boxes.contains("<x:Row>8</x:Row><x:Column>3</x:Column>"));
        assert_eq!(boxes.matches("<v:shape ").count(), 1);
    }
}
