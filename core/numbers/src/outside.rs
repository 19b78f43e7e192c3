//! Whether a room can be dialled from outside, or why not; dials nothing.

use std::fmt;

use conclave_model::{E164, NumberBlock, NumberTarget, RoomId};

use crate::Book;

/// How a room is reached from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Under each of these numbers; never none. The second is for people.
    Reachable(Vec<(E164, String)>),
    /// Under none of its own.
    Internal(Inward),
}

/// Why an extension has no number outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inward {
    /// There is no block of numbers.
    NoBlocks,
    /// It has more digits than the nearest block's last extension, or fewer than its first.
    Digits {
        extension: String,
        block: NumberBlock,
    },
    /// As many, but it is not among them.
    Range {
        extension: String,
        block: NumberBlock,
    },
    /// The whole number leads elsewhere.
    Taken { number: E164 },
}

impl Book {
    /// Of a room under this extension.
    #[must_use]
    pub fn outside(&self, room: RoomId, extension: &str) -> Outside {
        let own = NumberTarget::Room(room);
        let mapped = self.mapped().filter(|one| one.target == own);
        let mut numbers: Vec<(E164, String)> = mapped
            .map(|one| (one.number.clone(), one.number.to_string()))
            .collect();
        let mut taken = None;
        for block in self.blocks() {
            let Some(number) = block.number_of(extension) else {
                continue;
            };
            if self.hub(&number).is_some() || self.mapping(&number).is_some() {
                taken.get_or_insert(number);
            } else {
                numbers.push((number, block.shown(extension)));
            }
        }
        if !numbers.is_empty() {
            return Outside::Reachable(numbers);
        }
        if let Some(number) = taken {
            return Outside::Internal(Inward::Taken { number });
        }
        Outside::Internal(self.why_not(extension))
    }

    fn why_not(&self, extension: &str) -> Inward {
        let far = |block: &&NumberBlock| {
            let digits = extension.len();
            let short = block.first().len().saturating_sub(digits);
            short + digits.saturating_sub(block.last().len())
        };
        let Some(block) = self.blocks().min_by_key(far).cloned() else {
            return Inward::NoBlocks;
        };
        let extension = extension.to_owned();
        if far(&&block) > 0 {
            Inward::Digits { extension, block }
        } else {
            Inward::Range { extension, block }
        }
    }
}

impl Inward {
    /// What would make it reachable.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Inward::NoBlocks => {
                "add the block of numbers that your carrier gave you, map a number to this room, \
                 or use a shared number with its room code"
                    .to_owned()
            }
            Inward::Digits { block, .. } | Inward::Range { block, .. } => format!(
                "give the room an extension from {} to {}, map a number to it, or use a shared \
                 number with its room code",
                block.first(),
                block.last()
            ),
            Inward::Taken { number } => {
                format!("let {number} lead to this room, or give the room another extension")
            }
        }
    }
}

/// A sentence without its full stop.
impl fmt::Display for Inward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Inward::NoBlocks => f.write_str("there is no block of numbers"),
            Inward::Digits { extension, block } => {
                let (first, last) = (block.first(), block.last());
                let is_long = extension.len() > last.len();
                let (verb, bound) = if is_long {
                    ("ends", last)
                } else {
                    ("begins", first)
                };
                let digits = extension.len();
                let s = if digits == 1 { "" } else { "s" };
                write!(
                    f,
                    "{extension} has {digits} digit{s}, the block {} {verb} at {bound}",
                    block.written()
                )
            }
            Inward::Range { extension, block } => write!(
                f,
                "{extension} is not in the block {} from {} to {}",
                block.written(),
                block.first(),
                block.last()
            ),
            Inward::Taken { number } => write!(f, "its number {number} leads elsewhere"),
        }
    }
}
