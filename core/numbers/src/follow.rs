//! Follows a number to where it leads; rings nobody.

use conclave_model::{E164, NumberTarget};

use crate::{Book, Directory, End, How, Nothing, Outside, Route, Side, Step, read, reserved};

impl Book {
    /// Where a call to this number goes, and why.
    #[must_use]
    pub fn follow(&self, dialled: &str, side: Side, house: &dyn Directory) -> Route {
        let text = dialled.to_owned();
        let mut steps = vec![Step::Dialled { text, side }];
        let reading = read(dialled, self.country());
        let digits = reading.digits.as_str();
        let numbers = &reading.numbers;
        let (end, number) = self
            .as_extension(dialled, digits, side, house, &mut steps)
            .map(|end| (end, None))
            .unwrap_or_else(|| self.as_number(digits, numbers, house, &mut steps));
        Route { steps, end, number }
    }

    /// `None`: it may still be a number.
    fn as_extension(
        &self,
        dialled: &str,
        digits: &str,
        side: Side,
        house: &dyn Directory,
        steps: &mut Vec<Step>,
    ) -> Option<End> {
        // A room is found by what was dialled as it stands, which need not be digits.
        let extension = if digits.is_empty() { dialled } else { digits };
        let owned = || extension.to_owned();
        match side {
            Side::Inside => {
                if let Some(room) = house.room(extension) {
                    let (extension, title) = house.name(room)?;
                    steps.push(Step::Extension { extension, title });
                    return Some(End::Room(room));
                }
                if let Some(service) = house.service(extension) {
                    let extension = service.to_string();
                    steps.push(Step::ServiceExtension { extension });
                    return Some(End::Service(service));
                }
                let extension = owned();
                steps.push(Step::NoExtension { extension });
                None
            }
            Side::Outside => {
                let room = house.room(extension)?;
                let (extension, title) = house.name(room)?;
                match self.outside(room, &extension) {
                    Outside::Reachable(_) => {
                        let short = extension.clone();
                        steps.push(Step::ExtensionFromOutside { extension: short });
                        steps.push(Step::ToRoom { extension, title });
                        Some(End::Room(room))
                    }
                    // What is a number all the same is followed as one.
                    Outside::Internal(_) if self.is_somewhere(digits) => None,
                    Outside::Internal(why) => {
                        steps.push(Step::Internal {
                            extension,
                            title,
                            why,
                        });
                        Some(End::Nothing(Nothing::Internal))
                    }
                }
            }
        }
    }

    fn as_number(
        &self,
        digits: &str,
        numbers: &[(E164, How)],
        house: &dyn Directory,
        steps: &mut Vec<Step>,
    ) -> (End, Option<E164>) {
        if digits.is_empty() {
            steps.push(Step::NoNumber);
            return (End::Nothing(Nothing::NoNumber), None);
        }
        let ours = numbers.iter().find(|(number, _)| self.knows(number));
        if ours.is_none()
            && let Some(why) = reserved(digits, self.country())
            && (numbers.is_empty() || digits.len() < SHORTEST_NATIONAL)
        {
            steps.push(Step::Reserved(why));
            return (End::Nothing(Nothing::Reserved(why)), None);
        }
        let Some((number, how)) = ours.or_else(|| numbers.first()).cloned() else {
            steps.push(Step::NotOurs { number: None });
            return (End::Nothing(Nothing::NotOurs), None);
        };
        steps.push(Step::Read {
            number: number.clone(),
            how,
        });
        let end = self.lead(&number, house, steps);
        (end, Some(number))
    }

    fn lead(&self, number: &E164, house: &dyn Directory, steps: &mut Vec<Step>) -> End {
        if let Some(mapped) = self.mapping(number) {
            let number = number.clone();
            steps.push(Step::Mapped { number });
            return target(&mapped.target, house, steps);
        }
        if self.hub(number).is_some() {
            let number = number.clone();
            steps.push(Step::Hub {
                number: number.clone(),
            });
            return End::Hub(number);
        }
        let Some((block, extension)) = self.block_of(number) else {
            let number = Some(number.clone());
            steps.push(Step::NotOurs { number });
            return End::Nothing(Nothing::NotOurs);
        };
        steps.push(Step::InBlock {
            block: block.written().to_owned(),
            extension: extension.to_owned(),
        });
        if let Some(room) = house.room(extension) {
            return target(&NumberTarget::Room(room), house, steps);
        }
        if let Some(service) = house.service(extension) {
            return target(&NumberTarget::Service(service), house, steps);
        }
        let extension = extension.to_owned();
        steps.push(Step::NobodyThere { extension });
        End::Nothing(Nothing::NobodyThere)
    }

    fn is_somewhere(&self, digits: &str) -> bool {
        let reading = read(digits, self.country());
        reading.numbers.iter().any(|(number, _)| self.knows(number))
    }

    fn knows(&self, number: &E164) -> bool {
        self.mapping(number).is_some()
            || self.hub(number).is_some()
            || self.block_of(number).is_some()
    }
}

fn target(target: &NumberTarget, house: &dyn Directory, steps: &mut Vec<Step>) -> End {
    match target {
        NumberTarget::Room(room) => {
            let Some((extension, title)) = house.name(*room) else {
                steps.push(Step::Gone);
                return End::Nothing(Nothing::Gone);
            };
            steps.push(Step::ToRoom { extension, title });
            End::Room(*room)
        }
        NumberTarget::Service(extension) => {
            let Some(service) = house.service(extension.as_str()) else {
                steps.push(Step::Gone);
                return End::Nothing(Nothing::Gone);
            };
            steps.push(Step::ToService {
                extension: service.to_string(),
            });
            End::Service(service)
        }
    }
}

/// Shorter ones are services of a network or a telephone system.
const SHORTEST_NATIONAL: usize = 6;
