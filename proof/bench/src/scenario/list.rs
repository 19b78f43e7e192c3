//! Which loads are measured, and what each should reach; carries none out.

use conclave_model::Codec;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scenario {
    pub name: &'static str,
    pub codec: Codec,
    pub rooms: u32,
    /// In all; 0: the rooms stay empty.
    pub calls: u32,
    pub calls_per_second: u32,
    /// In each room; 0: nobody sends anything.
    pub talkers: u32,
    /// Calls that come and go beside, in a room of their own.
    pub churn_per_second: u32,
    pub length: Length,
    pub target: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// In every run.
    Short,
    /// Only when all was asked for.
    Full,
}

impl Scenario {
    /// How many legs the floor beside it has; `None` where nothing is sent.
    pub fn floor_legs(&self) -> Option<u16> {
        let compared = self.talkers > 0 && self.churn_per_second == 0;
        compared.then(|| u16::try_from(self.calls).unwrap_or(u16::MAX))
    }

    const fn one_room(name: &'static str, codec: Codec, calls: u32, target: &'static str) -> Self {
        Self {
            name,
            codec,
            rooms: 1,
            calls,
            calls_per_second: 100,
            talkers: 3,
            churn_per_second: 0,
            length: Length::Short,
            target,
        }
    }

    const fn rooms_of_ten(
        name: &'static str,
        codec: Codec,
        rooms: u32,
        target: &'static str,
    ) -> Self {
        Self {
            rooms,
            talkers: 2,
            ..Self::one_room(name, codec, rooms * 10, target)
        }
    }

    const fn full(self) -> Self {
        Self {
            length: Length::Full,
            ..self
        }
    }
}

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::one_room("pcmu-200", Codec::Pcmu, 200, "1.5 x floor, 40 KiB"),
    Scenario::one_room("g722-200", Codec::G722, 200, "1.5 x floor"),
    Scenario::one_room("opus-200", Codec::Opus, 200, "1.5 x floor, 80 KiB"),
    Scenario::rooms_of_ten("pcmu-20x10", Codec::Pcmu, 20, "1.5 x floor"),
    Scenario::rooms_of_ten("g722-20x10", Codec::G722, 20, "2 x floor"),
    Scenario::rooms_of_ten("opus-20x10", Codec::Opus, 20, "3 x floor"),
    Scenario::one_room("pcmu-500", Codec::Pcmu, 500, CAPACITY).full(),
    Scenario::one_room("pcmu-1000", Codec::Pcmu, 1_000, CAPACITY).full(),
    Scenario::one_room("pcmu-1500", Codec::Pcmu, 1_500, CAPACITY).full(),
    Scenario::one_room("pcmu-2000", Codec::Pcmu, 2_000, CAPACITY).full(),
    Scenario::one_room("opus-500", Codec::Opus, 500, CAPACITY).full(),
    Scenario::one_room("opus-1000", Codec::Opus, 1_000, CAPACITY).full(),
    Scenario::one_room("opus-1500", Codec::Opus, 1_500, CAPACITY).full(),
    Scenario::rooms_of_ten("pcmu-200x10", Codec::Pcmu, 200, CAPACITY).full(),
    Scenario {
        churn_per_second: 200,
        ..Scenario::one_room("joins-200", Codec::Pcmu, 500, "audio < 50 ms, lost < 0.1 %").full()
    },
    Scenario {
        rooms: 1_000,
        talkers: 0,
        ..Scenario::one_room("alone-1000", Codec::Pcmu, 1_000, "no mixing").full()
    },
    Scenario {
        rooms: 10_000,
        talkers: 0,
        ..Scenario::one_room("empty-10000", Codec::Pcmu, 0, "nothing").full()
    },
];

const CAPACITY: &str = "lost < 0.1 %, gap < 40 ms, delay 20/30";

/// What may be chosen.
pub(super) const NAMES: [&str; SCENARIOS.len()] = {
    let mut names = [""; SCENARIOS.len()];
    let mut number = 0;
    while number < names.len() {
        names[number] = SCENARIOS[number].name;
        number += 1;
    }
    names
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_name_of_its_own_and_as_many_calls_as_fit_its_rooms() {
        let names: BTreeSet<&str> = NAMES.into_iter().collect();
        assert_eq!(names.len(), SCENARIOS.len());
        for scenario in SCENARIOS {
            let calls_of_a_room = scenario.calls / scenario.rooms;
            assert_eq!(
                calls_of_a_room * scenario.rooms,
                scenario.calls,
                "{scenario:?}"
            );
            assert!(calls_of_a_room >= scenario.talkers, "{scenario:?}");
        }
    }
}
