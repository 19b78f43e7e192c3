//! The range decoder of Opus (RFC 6716 §4.1), as far as the front of a frame needs it.

/// Reads symbols from the front of a frame and raw bits from its end. Past either end are zeros.
pub struct RangeDecoder<'a> {
    frame: &'a [u8],
    /// The first byte that is not in the window yet.
    next: usize,
    /// The value in the upper half, the bits to come (inverted, as the RFC takes them) below it.
    window: u64,
    /// How many bits to come are in the window.
    ahead: u32,
    range: u32,
    /// Bits taken in so far, at either end.
    bits_total: u32,
    raw_bits: u32,
}

/// What the probabilities of coarse energies are parts of.
pub const LAPLACE_TOTAL: u32 = 1 << 15;

impl<'a> RangeDecoder<'a> {
    pub fn new(frame: &'a [u8]) -> Self {
        // §4.1.1: seven bits and, by the first normalisation, three bytes.
        Self {
            frame,
            next: 8,
            window: !eight_bytes(frame, 0) >> 1,
            ahead: 32,
            range: 1 << 31,
            bits_total: 33,
            raw_bits: 0,
        }
    }

    /// How many whole bits are left (§4.1.6.1).
    pub const fn left(&self) -> u32 {
        let used = self.bits_total - (32 - self.range.leading_zeros());
        (self.frame.len() as u32 * 8).saturating_sub(used)
    }

    /// One bit that is set with a probability of 1 in 2^`log` (§4.1.3.2).
    pub fn bit(&mut self, log: u32) -> bool {
        let part = self.range >> log;
        let is_set = self.value() < part;
        if is_set {
            self.range = part;
        } else {
            self.lower(part);
            self.range -= part;
        }
        self.normalise();
        is_set
    }

    /// A symbol whose inverse cumulative probabilities, in parts of 2^`log`, end with 0 (§4.1.3.3).
    pub fn symbol(&mut self, inverse: &[u8], log: u32) -> usize {
        let part = self.range >> log;
        let mut upper = self.range;
        for (symbol, below) in inverse.iter().enumerate() {
            let lower = part * u32::from(*below);
            if self.value() >= lower {
                self.lower(lower);
                self.range = upper - lower;
                self.normalise();
                return symbol;
            }
            upper = lower;
        }
        0
    }

    /// One of `total` values that are all as likely; at most 256 (§4.1.5).
    pub fn uniform(&mut self, total: u32) -> u32 {
        let part = self.range / total;
        let from_top = (self.value() / part + 1).min(total);
        let symbol = total - from_top;
        self.take(part, symbol, symbol + 1, total);
        symbol
    }

    /// Bits from the end of the frame (§4.1.4); at most 16.
    pub fn raw(&mut self, count: u32) -> u32 {
        let mut bits = 0;
        for index in 0..count {
            let at = self.raw_bits + index;
            let place = self.frame.len().checked_sub(1 + (at / 8) as usize);
            let byte = place.map_or(0, |place| u32::from(self.frame[place]));
            bits |= ((byte >> (at % 8)) & 1) << index;
        }
        self.raw_bits += count;
        self.bits_total += count;
        bits
    }

    /// How many of the ascending `bounds` the next symbol lies at or above, if not all; the symbol
    /// reaches from one bound to the next, the first from 0. In parts of [`LAPLACE_TOTAL`].
    ///
    /// Needs no division: `part * (total - bound)` is what the value must be below. Counting
    /// without branches made it no cheaper.
    #[inline]
    pub fn between<const N: usize>(&mut self, bounds: &[u16; N]) -> Option<usize> {
        let part = self.range / LAPLACE_TOTAL;
        let value = self.value();
        let mut upper = self.range;
        for (passed, bound) in bounds.iter().enumerate() {
            let lower = part * (LAPLACE_TOTAL - u32::from(*bound));
            if value >= lower {
                self.lower(lower);
                self.range = upper - lower;
                self.normalise();
                return Some(passed);
            }
            upper = lower;
        }
        None
    }

    /// The next symbol is any of [`LAPLACE_TOTAL`]: says which, to be given to
    /// [`RangeDecoder::taken`] with the bounds it lies between.
    pub fn part_of_total(&self) -> u32 {
        let part = self.range / LAPLACE_TOTAL;
        LAPLACE_TOTAL - (self.value() / part + 1).min(LAPLACE_TOTAL)
    }

    /// See [`RangeDecoder::part_of_total`].
    pub fn taken(&mut self, low: u32, high: u32) {
        self.take(self.range / LAPLACE_TOTAL, low, high, LAPLACE_TOTAL);
    }

    const fn value(&self) -> u32 {
        (self.window >> 32) as u32
    }

    const fn lower(&mut self, by: u32) {
        self.window = self.window.wrapping_sub((by as u64) << 32);
    }

    /// §4.1.2: the symbol was the one from `low` to `high`.
    const fn take(&mut self, part: u32, low: u32, high: u32, total: u32) {
        let below = part * (total - high);
        self.lower(below);
        self.range = if low > 0 {
            part * (high - low)
        } else {
            self.range - below
        };
        self.normalise();
    }

    /// §4.1.2.1: bytes are taken in until the range is above 2^23 again.
    #[inline]
    const fn normalise(&mut self) {
        let bits = (self.range - 1).leading_zeros().saturating_sub(1) & !7;
        self.range <<= bits;
        self.window <<= bits;
        self.bits_total += bits;
        self.ahead -= bits;
        // The most that is taken in at once.
        if self.ahead < 24 {
            self.fill();
        }
    }

    #[cold]
    const fn fill(&mut self) {
        self.window |= !eight_bytes(self.frame, self.next) >> (32 + self.ahead);
        let bytes = (32 - self.ahead) / 8;
        self.next += bytes as usize;
        self.ahead += 8 * bytes;
    }
}

/// The eight bytes from `start`, zeros behind the end.
const fn eight_bytes(frame: &[u8], start: usize) -> u64 {
    if start < frame.len()
        && let Some(bytes) = frame.split_at(start).1.first_chunk()
    {
        return u64::from_be_bytes(*bytes);
    }
    let (mut bytes, mut at) = ([0; 8], 0);
    while at < 8 && start + at < frame.len() {
        bytes[at] = frame[start + at];
        at += 1;
    }
    u64::from_be_bytes(bytes)
}
