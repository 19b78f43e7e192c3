//! The look at a packet before anybody parses it; drops nothing.

use conclave_guard::Look;

pub(super) fn look(input: &[u8]) -> Result<(), String> {
    let _ = Look::betrays_scanner(input);
    // What follows what it looks at changes nothing.
    let beginning = &input[..input.len().min(conclave_model::limits::SCANNER_LOOK_BYTES)];
    let starts_blank = input.first().is_none_or(u8::is_ascii_whitespace);
    if !starts_blank && Look::at(input) != Look::at(beginning) {
        return Err("what is behind its look changes it".to_owned());
    }
    Ok(())
}
