//! What the tests of several files need; is in no build but theirs.

/// The bytes that `text` writes in hexadecimal, spaces and line ends aside.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    let pairs = digits.chunks_exact(2);
    let bytes = pairs.map(|pair| u8::try_from(pair[0] << 4 | pair[1]));
    bytes.map(|byte| byte.expect("two digits")).collect()
}
