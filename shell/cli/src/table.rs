//! Text in columns; takes care that nobody's name takes over the terminal.

use std::fmt;

use conclave_api::clean;

/// Rows under a head, or names beside values.
pub(crate) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn with_head(head: &[&'static str]) -> Self {
        Self {
            head: head.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Names on the left, values on the right.
    pub fn pairs(pairs: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let rows = pairs.into_iter();
        Self {
            head: Vec::new(),
            rows: rows
                .map(|(name, value)| vec![name.to_owned(), clean(&value)])
                .collect(),
        }
    }

    pub fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows.push(cells.map(clean).to_vec());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head: Vec<String> = self.head.iter().map(|name| name.to_uppercase()).collect();
        let head = (!head.is_empty()).then_some(&head);
        let lines: Vec<_> = head.into_iter().chain(&self.rows).collect();
        let columns = lines.iter().map(|cells| cells.len()).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|cells| cells.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for cells in &lines {
            let padded: String = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}  "))
                .collect();
            writeln!(f, "{}", padded.trim_end())?;
        }
        Ok(())
    }
}

/// `2026-11-05 09:30:00` of an RFC 3339 time.
pub(crate) fn moment(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::with_head(&["ext", "title"]);
        table.row(["801", "Größe"]);
        table.row(["12345", "x"]);
        assert_eq!(table.to_string(), "EXT    TITLE\n801    Größe\n12345  x\n");
        let table = Table::pairs([("title", "Standup".to_owned()), ("pin", String::new())]);
        assert_eq!(table.to_string(), "title  Standup\npin\n");
    }

    #[test]
    fn a_name_cannot_take_over_the_terminal() {
        let mut table = Table::with_head(&["name"]);
        table.row(["\u{1b}[2Jevil\u{202e}\r\nx"]);
        assert_eq!(table.to_string(), "NAME\n?[2Jevil?? x\n");
    }
}
