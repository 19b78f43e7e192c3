//! The numbers of the attributes that are known (RFC 8489 §18.3, RFC 8445 §16.1); reads none.

pub(crate) const USERNAME: u16 = 0x0006;
pub(crate) const MESSAGE_INTEGRITY: u16 = 0x0008;
pub(crate) const ERROR_CODE: u16 = 0x0009;
pub(crate) const UNKNOWN_ATTRIBUTES: u16 = 0x000a;
pub(crate) const XOR_MAPPED_ADDRESS: u16 = 0x0020;
pub(crate) const PRIORITY: u16 = 0x0024;
pub(crate) const USE_CANDIDATE: u16 = 0x0025;
pub(crate) const FINGERPRINT: u16 = 0x8028;
pub(crate) const ICE_CONTROLLED: u16 = 0x8029;
pub(crate) const ICE_CONTROLLING: u16 = 0x802a;

/// Whether a request that has it must be understood wholly or not at all (RFC 8489 §14).
pub(crate) const fn must_be_known(kind: u16) -> bool {
    kind < 0x8000
}

/// Of those, the ones that a request may have.
pub(crate) const fn is_known(kind: u16) -> bool {
    matches!(
        kind,
        USERNAME | MESSAGE_INTEGRITY | PRIORITY | USE_CANDIDATE
    )
}

/// The same in every message (RFC 8489 §5).
pub(crate) const COOKIE: u32 = 0x2112_a442;
pub(crate) const HEADER_BYTES: usize = 20;
pub(crate) const INTEGRITY_BYTES: usize = 20;
/// With its own header.
pub(crate) const INTEGRITY_WHOLE_BYTES: usize = 4 + INTEGRITY_BYTES;
pub(crate) const FINGERPRINT_WHOLE_BYTES: usize = 4 + 4;
/// RFC 8489 §14.7.
pub(crate) const FINGERPRINT_XOR: u32 = 0x5354_554e;
