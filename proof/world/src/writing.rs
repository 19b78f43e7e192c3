//! How a simulated phone writes badly: knows no MESSAGE, or writes without an end; sends nothing.

use conclave_sip::Transmit;

/// What there is to its messages beside what a user agent does.
pub(crate) struct Writing {
    pub(crate) knows_texts: bool,
    /// The last MESSAGE, and how often it was repeated as another.
    last: Option<(Transmit, u32)>,
    pub(crate) answers: Vec<u16>,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            knows_texts: true,
            last: None,
            answers: Vec::new(),
        }
    }
}

impl Writing {
    /// Something goes out.
    pub(crate) fn say(&mut self, transmit: &mut Transmit) {
        if transmit.bytes.starts_with(b"MESSAGE ") {
            self.last = Some((transmit.clone(), 0));
        } else if !self.knows_texts {
            let text = String::from_utf8_lossy(&transmit.bytes);
            transmit.bytes = text.replacen(", MESSAGE\r\n", "\r\n", 1).into_bytes();
        }
    }

    /// Something came.
    pub(crate) fn hear(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let is_answer = |line: &str| line.starts_with("CSeq: ") && line.ends_with(" MESSAGE");
        if text.lines().any(is_answer)
            && let Some(rest) = text.strip_prefix("SIP/2.0 ")
        {
            self.answers
                .extend(rest.get(..3).and_then(|status| status.parse::<u16>().ok()));
        }
    }

    /// The last message with another number and branch.
    pub(crate) fn again(&mut self) -> Option<Transmit> {
        let (first, times) = self.last.as_mut()?;
        *times += 1;
        let text = String::from_utf8_lossy(&first.bytes);
        let number = text.split("CSeq: ").nth(1)?.split(' ').next()?;
        let next = number.parse::<u32>().ok()? + *times;
        let text = text
            .replacen(&format!("CSeq: {number} "), &format!("CSeq: {next} "), 1)
            .replacen(";branch=z9hG4bK", &format!(";branch=z9hG4bK{times}x"), 1);
        Some(Transmit {
            bytes: text.into_bytes(),
            ..*first
        })
    }
}
