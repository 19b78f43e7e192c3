//! Damages inputs: a seed replays it exactly; knows no format.

use conclave_model::Chance;

/// One stream of damage.
pub struct Mutator {
    chance: Chance,
}

impl Mutator {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self {
            chance: Chance::from_seed(bytes),
        }
    }

    /// One of the corpus, changed in one to eight places, at most [`INPUT_MOST`] bytes.
    pub fn next(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(8) {
            self.damage(&mut input, corpus);
        }
        input.truncate(INPUT_MOST);
        input
    }

    fn damage(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        let end = input.len().min(at + self.below(64));
        match self.below(11) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..end)),
            2 => {
                let piece = PIECES[self.below(PIECES.len())];
                input.splice(at..at, piece.iter().copied()).for_each(drop);
            }
            3 => {
                let piece = PIECES[self.below(PIECES.len())];
                input.splice(at..end, piece.iter().copied()).for_each(drop);
            }
            4 => {
                let copy = input[at..end].to_vec();
                let times = 1 + self.below(200);
                let many = copy.repeat(times);
                input.splice(at..at, many).for_each(drop);
            }
            5 => {
                // The tail of another.
                let other = &corpus[self.below(corpus.len())];
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            6 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            7 => self.spoil_number(input, at),
            8 => {
                if let Some(two) = input.get_mut(at..at + 2) {
                    let value = EDGES[self.below(EDGES.len())];
                    two.copy_from_slice(&value.to_be_bytes());
                }
            }
            9 => {
                let zeros = self.below(300);
                let byte = u8::try_from(self.below(256)).unwrap_or(u8::MAX);
                input.splice(at..at, vec![byte; zeros]).for_each(drop);
            }
            _ => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = u8::try_from(self.below(256)).unwrap_or(u8::MAX);
                }
            }
        }
    }

    /// Puts another number where digits are.
    fn spoil_number(&mut self, input: &mut Vec<u8>, from: usize) {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let Some(start) = input[from..].iter().position(is_digit) else {
            return;
        };
        let start = from + start;
        let digits = input[start..].iter().take_while(|byte| is_digit(byte));
        let end = start + digits.count();
        let number = NUMBERS[self.below(NUMBERS.len())];
        input
            .splice(start..end, number.iter().copied())
            .for_each(drop);
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        usize::try_from(self.chance.below(limit)).unwrap_or_default()
    }
}

/// The largest datagram.
pub const INPUT_MOST: usize = 65_507;

/// What has broken parsers before.
const PIECES: [&[u8]; 34] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\r\n ",
    b"\r\n\t",
    b"\0",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\"",
    b"\\",
    b"\\\"",
    b"<",
    b">",
    b";",
    b",",
    b":",
    b"=",
    b"%",
    b"%0",
    b"%00",
    b"[",
    b"]",
    b"[::1%25eth0]",
    b"@",
    b";tag=",
    b"Via: SIP/2.0/UDP ",
    b"Content-Length: 99999999999\r\n",
    b"Content-Length: -1\r\n",
    b"CSeq: 4294967296 INVITE\r\n",
    b"Route: <sip:[::1]:0;lr>,,<>\r\n",
    b"a=rtpmap:",
    b"m=audio 0 RTP/AVP",
    b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:",
];

const NUMBERS: [&[u8]; 9] = [
    b"0",
    b"-1",
    b"65535",
    b"65536",
    b"2147483648",
    b"4294967295",
    b"4294967296",
    b"18446744073709551616",
    b"00000000000000000000000000000001",
];

const EDGES: [u16; 7] = [0, 1, 0x7fff, 0x8000, 0xff, 0xfffe, 0xffff];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_replays_its_damage() {
        let corpus = vec![b"INVITE sip:a@b SIP/2.0\r\n\r\n".to_vec(), vec![0x80; 40]];
        let run = |seed| {
            let mut mutator = Mutator::new(seed);
            (0..2_000)
                .map(|_| mutator.next(&corpus))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        assert!(run(7).iter().all(|input| input.len() <= INPUT_MOST));
    }
}
