//! A small generator of our own (SplitMix64 by Steele, Lea and Flood, 2014), so that no
//! version of a library can change the data of a seed.

/// Which aspect of the data is being thrown: aspects do not disturb each other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    Person = 1,
    Home,
    Family,
    History,
    Enterprise,
    Station,
    Deaths,
    Identity,
    Relatives,
}

#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl Dice {
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let keyed = mixed(seed.wrapping_add(GOLDEN.wrapping_mul(stream as u64)));
        Self { state: mixed(keyed ^ index.wrapping_mul(GOLDEN)) }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mixed(self.state)
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(n);
        (wide >> 64) as u64
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// Whether something that happens `n` times in 10,000 happens.
    pub(crate) fn happens(&mut self, n: u64) -> bool {
        self.below(10_000) < n
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    /// One entry of a table of values and weights.
    pub(crate) fn weighted<T: Copy>(&mut self, table: &[(T, u32)]) -> T {
        let total: u32 = table.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(u64::from(total)) as u32;
        for &(value, weight) in table {
            if left < weight {
                return value;
            }
            left -= weight;
        }
        table[table.len() - 1].0
    }
}

/// A one-to-one shuffle of `0..size` that needs no memory: a four-round Feistel network,
/// walked until it falls inside.
pub(crate) fn shuffled(key: &Dice, index: u64, size: u64) -> u64 {
    let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
    let half = bits.div_ceil(2).max(1);
    let mask = (1_u64 << half) - 1;
    let mut value = index % size.max(1);
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..4_u64 {
            let turned = mixed(key.state ^ right ^ (round + 1).wrapping_mul(GOLDEN)) & mask;
            (left, right) = (right, left ^ turned);
        }
        value = (left << half) | right;
        if value < size {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_meets_every_number_once() {
        for size in [1, 2, 7, 1_000, 4_097] {
            let key = Dice::new(1, Stream::Identity, 0);
            let mut seen: Vec<u64> = (0..size).map(|index| shuffled(&key, index, size)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..size).collect::<Vec<_>>());
        }
    }

    #[test]
    fn chances_are_kept() {
        let mut dice = Dice::new(7, Stream::Person, 3);
        let n_hits = (0..100_000).filter(|_| dice.happens(250)).count();
        assert!((2_200..2_800).contains(&n_hits), "{n_hits}");
    }
}
