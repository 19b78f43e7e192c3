//! Everything that was set about numbers, in memory; follows no call.

use std::collections::BTreeMap;

use conclave_model::{
    CountryCode, E164, FieldError, Hub, MappedNumber, NumberBlock, NumberingKey, NumberingRecord,
    limits,
};

use crate::{Country, country};

/// The country, the blocks, the single numbers, the hubs.
#[derive(Clone, Debug, Default)]
pub struct Book {
    country: Option<CountryCode>,
    blocks: BTreeMap<String, NumberBlock>,
    mapped: BTreeMap<E164, MappedNumber>,
    hubs: BTreeMap<E164, Hub>,
}

impl Book {
    #[must_use]
    pub fn new(records: Vec<NumberingRecord>) -> Self {
        let mut book = Self::default();
        for record in records {
            book.put(record);
        }
        book
    }

    /// Of numbers that name none.
    #[must_use]
    pub fn country(&self) -> Option<&'static Country> {
        self.country.and_then(country)
    }

    /// In the order of their numbers.
    pub fn blocks(&self) -> impl Iterator<Item = &NumberBlock> {
        self.blocks.values()
    }

    pub fn mapped(&self) -> impl Iterator<Item = &MappedNumber> {
        self.mapped.values()
    }

    pub fn hubs(&self) -> impl Iterator<Item = &Hub> {
        self.hubs.values()
    }

    #[must_use]
    pub fn mapping(&self, number: &E164) -> Option<&MappedNumber> {
        self.mapped.get(number)
    }

    #[must_use]
    pub fn hub(&self, number: &E164) -> Option<&Hub> {
        self.hubs.get(number)
    }

    /// The block that a number is in, with its extension there.
    #[must_use]
    pub fn block_of<'a>(&self, number: &'a E164) -> Option<(&NumberBlock, &'a str)> {
        let mut blocks = self.blocks.values();
        blocks.find_map(|block| Some((block, block.extension_of(number)?)))
    }

    #[must_use]
    pub fn get(&self, key: &NumberingKey) -> Option<NumberingRecord> {
        match key {
            NumberingKey::Country => self.country.map(NumberingRecord::Country),
            NumberingKey::Block(name) => self.blocks.get(name).cloned().map(NumberingRecord::Block),
            NumberingKey::Mapped(number) => self
                .mapped
                .get(number)
                .cloned()
                .map(NumberingRecord::Mapped),
            NumberingKey::Hub(number) => self.hubs.get(number).cloned().map(NumberingRecord::Hub),
        }
    }

    /// Whether a record may be put beside those that are there.
    ///
    /// # Errors
    /// Names what is in its way: a country that we do not know, a block that has one of its
    /// numbers, a number that leads elsewhere, or that there are as many as there may be.
    pub fn check(&self, record: &NumberingRecord) -> Result<(), FieldError> {
        let is_new = self.get(&record.key()).is_none();
        match record {
            NumberingRecord::Country(code) => match country(*code) {
                Some(_) => Ok(()),
                None => {
                    let accepted = "a country of the list that this server has";
                    Err(FieldError::new("country", code.as_str(), accepted))
                }
            },
            NumberingRecord::Block(block) => {
                let own = block.to_string();
                let mut others = self.blocks.values().filter(|one| one.to_string() != own);
                if let Some(other) = others.find(|other| other.overlaps(block)) {
                    let accepted = format!("a block that shares no number with {other}");
                    return Err(FieldError::new("prefix", &own, accepted));
                }
                within("prefix", is_new, self.blocks.len(), limits::NUMBER_BLOCKS)
            }
            NumberingRecord::Mapped(one) => {
                if self.hubs.contains_key(&one.number) {
                    let accepted = "a number that is not shared by all rooms";
                    let number = one.number.to_string();
                    return Err(FieldError::new("number", &number, accepted));
                }
                within("number", is_new, self.mapped.len(), limits::MAPPED_NUMBERS)
            }
            NumberingRecord::Hub(hub) => {
                if self.mapped.contains_key(&hub.number) {
                    let accepted = "a number that does not lead to one place alone";
                    let number = hub.number.to_string();
                    return Err(FieldError::new("number", &number, accepted));
                }
                within("number", is_new, self.hubs.len(), limits::HUBS)
            }
        }
    }

    /// In place of the one under the same key.
    pub fn put(&mut self, record: NumberingRecord) {
        match record {
            NumberingRecord::Country(code) => self.country = Some(code),
            NumberingRecord::Block(block) => {
                self.blocks.insert(block.to_string(), block);
            }
            NumberingRecord::Mapped(one) => {
                self.mapped.insert(one.number.clone(), one);
            }
            NumberingRecord::Hub(hub) => {
                self.hubs.insert(hub.number.clone(), hub);
            }
        }
    }

    pub fn remove(&mut self, key: &NumberingKey) {
        match key {
            NumberingKey::Country => self.country = None,
            NumberingKey::Block(name) => {
                self.blocks.remove(name);
            }
            NumberingKey::Mapped(number) => {
                self.mapped.remove(number);
            }
            NumberingKey::Hub(number) => {
                self.hubs.remove(number);
            }
        }
    }
}

fn within(field: &'static str, is_new: bool, there: usize, most: usize) -> Result<(), FieldError> {
    if is_new && there >= most {
        let accepted = format!("no more: there are {most} already, which is the most");
        return Err(FieldError::new(field, "", accepted));
    }
    Ok(())
}
