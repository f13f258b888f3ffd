//! The rows behind the figures of one station, as numbers; and how they are packed when frozen.

use std::collections::BTreeMap;

use kernel::DbError;

use super::counts::Values;

/// A row that a figure counts: its number and whom it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub id: i64,
    pub person: i64,
}

/// The rows of each figure that has any, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(pub BTreeMap<String, Vec<Key>>);

impl Keys {
    pub fn add(&mut self, figure: &str, id: i64, person: i64) {
        self.0.entry(figure.to_owned()).or_default().push(Key { id, person });
    }

    /// Somebody may be found twice (two visits) and is counted once.
    pub fn finish(&mut self) {
        for keys in self.0.values_mut() {
            keys.sort_unstable();
            keys.dedup();
        }
    }

    #[must_use]
    pub fn of(&self, figure: &str) -> &[Key] {
        self.0.get(figure).map_or(&[], Vec::as_slice)
    }

    #[must_use]
    pub fn values(&self) -> Values {
        let count = |keys: &Vec<Key>| i64::try_from(keys.len()).unwrap_or(i64::MAX);
        self.0.iter().map(|(figure, keys)| (figure.clone(), count(keys))).collect()
    }
}

/// Numbers as differences, seven bits a byte: most rows take three bytes.
#[must_use]
pub fn pack(keys: &[Key]) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::with_capacity(keys.len() * 3), 0);
    for key in keys {
        put(&mut bytes, key.id - last);
        put(&mut bytes, key.person - key.id);
        last = key.id;
    }
    bytes
}

/// What [`pack`] packed.
///
/// # Errors
/// When the bytes are none of ours.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Key>, DbError> {
    let (mut keys, mut last, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let id = last + take(bytes, &mut at)?;
        let person = id + take(bytes, &mut at)?;
        keys.push(Key { id, person });
        last = id;
    }
    Ok(keys)
}

fn put(bytes: &mut Vec<u8>, n: i64) {
    let mut left = (n.cast_unsigned() << 1) ^ (n >> 63).cast_unsigned();
    while left >= 0x80 {
        bytes.push(u8::try_from(left & 0x7f).unwrap_or(0) | 0x80);
        left >>= 7;
    }
    bytes.push(u8::try_from(left).unwrap_or(0));
}

fn take(bytes: &[u8], at: &mut usize) -> Result<i64, DbError> {
    let bad = || DbError::Shape("frozen rows are cut off".to_owned());
    let (mut n, mut shift) = (0_u64, 0);
    loop {
        let byte = *bytes.get(*at).ok_or_else(bad)?;
        *at += 1;
        n |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok((n >> 1).cast_signed() ^ -((n & 1).cast_signed()));
        }
        shift += 7;
        if shift > 63 {
            return Err(bad());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw() -> impl Strategy<Value = Vec<(i64, i64)>> {
        prop::collection::vec((0..i64::MAX / 4, 0..i64::MAX / 4), 0..50)
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(raw in raw()) {
            let keys = raw.into_iter().map(|(id, person)| Key { id, person });
            let mut keys: Vec<Key> = keys.collect();
            keys.sort_unstable();
            prop_assert_eq!(unpack(&pack(&keys)).map_err(|e| e.to_string()), Ok(keys));
        }
    }

    #[test]
    fn bytes_that_are_cut_off_are_refused() {
        let bytes = pack(&[Key { id: 1 << 40, person: 5 }]);
        assert!(unpack(&bytes[..bytes.len() - 1]).is_err());
        assert!(unpack(&[0xff; 12]).is_err());
    }
}
