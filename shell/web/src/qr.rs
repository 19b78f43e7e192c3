//! A text as a QR code in SVG; knows nothing of what the text means.

use fast_qr::{ECL, QRBuilder};

/// Black on white with its quiet zone, whatever is around it; `None` when the text is too long.
pub(crate) fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text.as_bytes()).ecl(ECL::M).build().ok()?;
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for row in 0..code.size {
        for column in 0..code.size {
            if code[row][column].value() {
                path += &format!("M{} {}h1v1h-1z", column + QUIET, row + QUIET);
            }
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path d=\"{path}\"/></svg>\n"
    ))
}

/// ISO/IEC 18004 asks for four modules of white around the code.
const QUIET: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders_and_none_of_the_text() {
        let svg = svg("tel:+4999129691801,,627184\"><script>").unwrap();
        assert!(!svg.contains("script") && !svg.contains("627184"));
        // The outer corner of each finder pattern is dark.
        assert!(svg.contains("M4 4h1") && !svg.contains("M3 4h1"));
        assert_eq!(svg.matches("<path").count(), 2);
    }

    #[test]
    fn a_text_that_fits_no_code_is_none() {
        assert!(super::svg(&"x".repeat(5_000)).is_none());
    }
}
