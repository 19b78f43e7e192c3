//! Printing: JSON for programs, tables for people.

use std::io::{self, Write};

use clap::ValueEnum;
use conclave_api::clean_json;
use serde::Serialize;

use crate::table::Table;

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Json,
}

/// Where answers go.
pub(crate) struct Output<'a> {
    pub format: Format,
    pub out: &'a mut (dyn Write + Send),
}

impl Output<'_> {
    /// The value itself, or the table made of it.
    pub fn show<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        table: impl FnOnce(&T) -> Table,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => {
                let json = serde_json::to_string_pretty(value)?;
                writeln!(self.out, "{}", clean_json(&json))
            }
            Format::Table => write!(self.out, "{}", table(value)),
        }
    }

    /// One value on one line, or the sentence about it.
    pub fn line<T: Serialize>(&mut self, value: &T, sentence: &str) -> io::Result<()> {
        match self.format {
            Format::Json => {
                let json = serde_json::to_string(value)?;
                writeln!(self.out, "{}", clean_json(&json))?;
            }
            Format::Table => writeln!(self.out, "{sentence}")?,
        }
        self.out.flush()
    }

    /// A whole text as it is.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// For people only: programs have the exit code.
    pub fn say(&mut self, sentence: &str) -> io::Result<()> {
        match self.format {
            Format::Json => Ok(()),
            Format::Table => writeln!(self.out, "{sentence}"),
        }
    }
}
