//! What the reading process says to the one that asked: frames of bytes, each with its length
//! before it. Nothing that is read is believed: a frame that makes no sense is none.

use std::io::{Error, ErrorKind, Read, Write};

use sheets::{Area, Cell, CellKind, RowIn, Visibility};

use super::feed::{Cost, Event, SheetIn};

/// A longer frame is no row of a sheet: the limits of reading do not allow it.
const LONGEST: usize = 600 << 20;

/// Something the reading process says.
#[derive(Debug)]
pub(super) enum Said {
    Event(Event),
    Refused(String, Cost),
    End(Cost),
}

const SHEET: u8 = 1;
const ROW: u8 = 2;
const REFUSED: u8 = 3;
const END: u8 = 4;

const KINDS: [CellKind; 7] = [
    CellKind::Text,
    CellKind::Number,
    CellKind::Imprecise,
    CellKind::Date,
    CellKind::Month,
    CellKind::Truth,
    CellKind::Error,
];

/// Writes frames; the room of one is used for the next.
pub(super) struct Out<W> {
    to: W,
    frame: Vec<u8>,
}

impl<W: Write> Out<W> {
    pub fn new(to: W) -> Self {
        Self { to, frame: Vec::new() }
    }

    pub fn say(&mut self, said: &Said) -> std::io::Result<()> {
        self.frame.clear();
        match said {
            Said::Event(Event::Row(row)) => self.row(row),
            Said::Event(Event::Sheet(sheet)) => self.sheet(sheet),
            Said::Refused(sentence, cost) => {
                self.frame.push(REFUSED);
                self.text(sentence);
                self.cost(*cost);
            }
            Said::End(cost) => {
                self.frame.push(END);
                self.cost(*cost);
            }
        }
        let n = u32::try_from(self.frame.len()).map_err(|_| nonsense())?;
        self.to.write_all(&n.to_le_bytes())?;
        self.to.write_all(&self.frame)
    }

    pub fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }

    fn row(&mut self, row: &RowIn) {
        self.frame.push(ROW);
        self.number(row.number);
        for cell in &row.cells {
            self.number(cell.column);
            let kind = KINDS.iter().position(|kind| *kind == cell.kind).unwrap_or(0);
            self.frame.push(u8::try_from(kind).unwrap_or(0));
            self.text(&cell.text);
        }
    }

    fn sheet(&mut self, sheet: &SheetIn) {
        self.frame.push(SHEET);
        self.frame.push(u8::from(sheet.visibility == Visibility::Hidden));
        self.text(&sheet.name);
        for area in &sheet.merges {
            for n in [area.first_row, area.last_row, area.first_column, area.last_column] {
                self.number(n);
            }
        }
    }

    fn cost(&mut self, cost: Cost) {
        self.number(cost.kibibytes);
        self.number(cost.milliseconds);
    }

    fn number(&mut self, n: u32) {
        self.frame.extend(n.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        // Longer than this is no cell that was read.
        self.number(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.frame.extend(text.as_bytes());
    }
}

/// Reads frames; the room of one is used for the next.
pub(super) struct In<R> {
    from: R,
    frame: Vec<u8>,
}

impl<R: Read> In<R> {
    pub fn new(from: R) -> Self {
        Self { from, frame: Vec::new() }
    }

    /// The next thing that is said.
    ///
    /// # Errors
    /// When the other process says nothing more, or nonsense.
    pub fn hear(&mut self) -> std::io::Result<Said> {
        let mut n = [0; 4];
        self.from.read_exact(&mut n)?;
        let n = usize::try_from(u32::from_le_bytes(n)).map_err(|_| nonsense())?;
        if n > LONGEST {
            return Err(nonsense());
        }
        self.frame.clear();
        // Room is taken for what comes, not for what is promised.
        let n_read = self.from.by_ref().take(n as u64).read_to_end(&mut self.frame)?;
        let mut rest = Rest(&self.frame);
        if n_read < n {
            return Err(nonsense());
        }
        rest.said().ok_or_else(nonsense)
    }
}

fn nonsense() -> Error {
    Error::from(ErrorKind::InvalidData)
}

/// What is left of a frame.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn said(&mut self) -> Option<Said> {
        let said = match self.byte()? {
            ROW => Said::Event(Event::Row(self.row()?)),
            SHEET => Said::Event(Event::Sheet(self.sheet()?)),
            REFUSED => Said::Refused(self.text()?, self.cost()?),
            END => Said::End(self.cost()?),
            _ => return None,
        };
        self.0.is_empty().then_some(said)
    }

    fn row(&mut self) -> Option<RowIn> {
        let number = self.number()?;
        let mut cells = Vec::with_capacity(self.0.len() / 16);
        while !self.0.is_empty() {
            let column = self.number()?;
            let kind = *KINDS.get(usize::from(self.byte()?))?;
            cells.push(Cell { column, kind, text: self.text()? });
        }
        Some(RowIn { number, cells })
    }

    fn sheet(&mut self) -> Option<SheetIn> {
        let visibility = if self.byte()? == 0 { Visibility::Shown } else { Visibility::Hidden };
        let (name, mut merges) = (self.text()?, Vec::new());
        while !self.0.is_empty() {
            merges.push(Area {
                first_row: self.number()?,
                last_row: self.number()?,
                first_column: self.number()?,
                last_column: self.number()?,
            });
        }
        Some(SheetIn { name, visibility, merges })
    }

    fn cost(&mut self) -> Option<Cost> {
        Some(Cost { kibibytes: self.number()?, milliseconds: self.number()? })
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*first))
    }

    fn text(&mut self) -> Option<String> {
        let n = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(std::str::from_utf8(text).ok()?.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(bytes: &[u8]) -> std::io::Result<Said> {
        In::new(bytes).hear()
    }

    fn told(said: &Said) -> Vec<u8> {
        let mut bytes = Vec::new();
        Out::new(&mut bytes).say(said).unwrap();
        bytes
    }

    #[test]
    fn what_is_said_is_heard() {
        let cells = KINDS.iter().zip(0..).map(|(kind, column)| Cell {
            column,
            kind: *kind,
            text: "松鹤".repeat(column as usize),
        });
        let row = RowIn { number: 1_048_576, cells: cells.collect() };
        let area = Area { first_row: 3, last_row: 9, first_column: 0, last_column: 2 };
        let merges = vec![area, Area { first_row: 10, ..area }];
        let sheet = SheetIn { name: "名册".into(), visibility: Visibility::Hidden, merges };
        let Ok(Said::Event(Event::Row(heard_row))) =
            heard(&told(&Said::Event(Event::Row(row.clone()))))
        else {
            panic!("a row")
        };
        assert_eq!(heard_row, row);
        let Ok(Said::Event(Event::Sheet(heard_sheet))) =
            heard(&told(&Said::Event(Event::Sheet(sheet.clone()))))
        else {
            panic!("a sheet")
        };
        assert_eq!(heard_sheet, sheet);
        let cost = Cost { kibibytes: 70_000, milliseconds: 1 };
        let refused = heard(&told(&Said::Refused("太大".into(), cost)));
        assert!(matches!(refused, Ok(Said::Refused(says, told)) if says == "太大" && told == cost));
        assert!(matches!(heard(&told(&Said::End(cost))), Ok(Said::End(told)) if told == cost));
    }

    #[test]
    fn nonsense_is_no_frame() {
        let row = RowIn {
            number: 7,
            cells: vec![Cell { column: 0, kind: CellKind::Text, text: "王".into() }],
        };
        let whole = told(&Said::Event(Event::Row(row)));
        for n in 0..whole.len() {
            assert!(heard(&whole[..n]).is_err(), "cut at {n}");
        }
        // Bytes of a text that are none, a kind, a length or a frame that there is not.
        for (at, byte) in [(whole.len() - 1, 0xff), (13, 9), (14, 200), (4, 77), (3, 0xff)] {
            let mut bent = whole.clone();
            bent[at] = byte;
            assert!(heard(&bent).is_err(), "byte {at}");
        }
    }
}
