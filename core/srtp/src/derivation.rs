//! Session keys from the master key (RFC 3711 §4.3, with a derivation rate of 0); protects nothing.

use aes::cipher::KeyInit;
use aes::{Aes128Enc, Aes192Enc, Aes256Enc};

use crate::counter_mode::keystream;
use conclave_model::SrtpKey;

/// What a session key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    RtpCipher = 0,
    RtpTag = 1,
    RtpSalt = 2,
    RtcpCipher = 3,
    RtcpTag = 4,
    RtcpSalt = 5,
}

/// Fills `session_key` with the first bytes of the pseudo-random stream for `label`.
pub(crate) fn derive(master: &SrtpKey, label: Label, session_key: &mut [u8]) {
    // A salt of 96 bits is filled up with zeros at its end, as all implementations do.
    let mut salt = [0; 16];
    salt[..master.salt().len()].copy_from_slice(master.salt());
    // The label stands before an index of 48 bits, and both before a counter of 16.
    let start = u128::from_be_bytes(salt) ^ (label as u128) << (48 + 16);
    session_key.fill(0);
    match master.key().len() {
        16 => {
            let cipher = Aes128Enc::new_from_slice(master.key()).expect("16 bytes");
            keystream(&cipher, start, session_key);
        }
        24 => {
            let cipher = Aes192Enc::new_from_slice(master.key()).expect("24 bytes");
            keystream(&cipher, start, session_key);
        }
        _ => {
            let cipher = Aes256Enc::new_from_slice(master.key()).expect("a suite has 16, 24 or 32");
            keystream(&cipher, start, session_key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::bytes;
    use conclave_model::SrtpSuite;

    /// RFC 3711, appendix B.3; the tag key there is longer than any tag needs.
    #[test]
    fn keys_of_aes_128_are_those_of_rfc_3711() {
        let master = SrtpKey::new(
            SrtpSuite::AesCm128HmacSha1Tag80,
            &bytes("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6"),
        )
        .unwrap();
        assert_derived(
            &master,
            Label::RtpCipher,
            "C61E7A93744F39EE10734AFE3FF7A087",
        );
        assert_derived(&master, Label::RtpSalt, "30CBBC08863D8C85D49DB34A9AE1");
        assert_derived(
            &master,
            Label::RtpTag,
            "CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
             E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
             6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2",
        );
    }

    /// RFC 6188 §7.2.
    #[test]
    fn keys_of_aes_256_are_those_of_rfc_6188() {
        let master = SrtpKey::new(
            SrtpSuite::AesCm256HmacSha1Tag80,
            &bytes(
                "f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6
                 3b04803de51ee7c96423ab5b78d2",
            ),
        )
        .unwrap();
        assert_derived(
            &master,
            Label::RtpCipher,
            "5ba1064e30ec51613cad926c5a28ef73 1ec7fb397f70a960653caf06554cd8c4",
        );
        assert_derived(&master, Label::RtpSalt, "fa31791685ca444a9e07c6c64e93");
        assert_derived(
            &master,
            Label::RtpTag,
            "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05",
        );
    }

    /// RFC 6188 §7.4.
    #[test]
    fn keys_of_aes_192_are_those_of_rfc_6188() {
        let master = SrtpKey::new(
            SrtpSuite::AesCm192HmacSha1Tag80,
            &bytes(
                "73edc66c4fa15776fb57f9505c171365 50ffda71f3e8e5f1
                 c8522f3acd4ce86d5add78edbb11",
            ),
        )
        .unwrap();
        assert_derived(
            &master,
            Label::RtpCipher,
            "31874736a8f1143870c26e4857d8a5b2 c4a354407faadabb",
        );
        assert_derived(&master, Label::RtpSalt, "2372b82d639b6d8503a47adc0a6c");
        assert_derived(
            &master,
            Label::RtpTag,
            "355b10973cd95b9eacf4061c7e1a7151e7cfbfcb",
        );
    }

    #[test]
    fn every_label_has_a_key_of_its_own() {
        let master = SrtpKey::new(SrtpSuite::AeadAes128Gcm, &[7; 28]).unwrap();
        let labels = [
            Label::RtpCipher,
            Label::RtpTag,
            Label::RtpSalt,
            Label::RtcpCipher,
            Label::RtcpTag,
            Label::RtcpSalt,
        ];
        let mut keys: Vec<[u8; 16]> = labels.map(|label| derived(&master, label)).to_vec();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), labels.len());
    }

    fn assert_derived(master: &SrtpKey, label: Label, expected: &str) {
        let expected = bytes(expected);
        let mut key = vec![0xee; expected.len()];
        derive(master, label, &mut key);
        assert_eq!(key, expected, "{label:?}");
    }

    fn derived(master: &SrtpKey, label: Label) -> [u8; 16] {
        let mut key = [0; 16];
        derive(master, label, &mut key);
        key
    }
}
