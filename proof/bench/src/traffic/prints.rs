//! The last payloads that came, each as one number; says only whether one was among them.

/// 160 ms of them.
#[derive(Default)]
pub(super) struct Prints {
    last: [u64; 8],
    next: usize,
}

impl Prints {
    pub(super) fn add(&mut self, print: u64) {
        self.last[self.next] = print;
        self.next = (self.next + 1) % self.last.len();
    }

    pub(super) fn contains(&self, print: u64) -> bool {
        self.last.contains(&print)
    }
}

/// A number that other payloads have by chance once in 2^64 (FNV-1a, eight bytes at a time).
pub(super) fn print(payload: &[u8]) -> u64 {
    let mut sum = OFFSET;
    let (words, rest) = payload.as_chunks::<8>();
    for word in words {
        sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME);
        // The low bits never learn of the high ones otherwise.
        sum ^= sum >> 32;
    }
    for byte in rest {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(PRIME);
    }
    sum.max(1)
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_few_are_known_and_one_bit_makes_another() {
        let mut prints = Prints::default();
        assert!(!prints.contains(print(b"")));
        for number in 0..20_u8 {
            prints.add(print(&[number; 100]));
        }
        let known = (0..20).filter(|number| prints.contains(print(&[*number; 100])));
        assert_eq!(known.collect::<Vec<_>>(), (12..20).collect::<Vec<_>>());
        let mut other = [19; 100];
        other[99] ^= 128;
        assert!(!prints.contains(print(&other)));
        other[99] ^= 128;
        other[7] ^= 128;
        assert!(!prints.contains(print(&other)));
    }
}
