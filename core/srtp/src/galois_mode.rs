//! AES in Galois/counter mode (RFC 7714); knows no packet but the one it has.

use aes::cipher::consts::{U12, U16};
use aes::cipher::{BlockCipherEncrypt, BlockSizeUser, KeyInit};
use aes_gcm::AesGcm;
use aes_gcm::aead::AeadInOut;
use zeroize::Zeroizing;

use crate::derivation::{Label, derive};
use crate::transform::{Forged, INDEX_WORD_BYTES, Place, RTCP_CLEAR_BYTES, Transform, index_word};
use conclave_model::SrtpKey;

pub(crate) struct GaloisMode<Aes> {
    cipher: AesGcm<Aes, U12>,
    /// 96 bits.
    salt: Zeroizing<u128>,
}

impl<Aes> GaloisMode<Aes>
where
    Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    pub(crate) fn derive(master: &SrtpKey, labels: [Label; 3]) -> Self {
        let [cipher_label, _no_tag_key, salt_label] = labels;
        let mut key = Zeroizing::new([0; 32]);
        let key = &mut key[..master.suite().key_bytes()];
        derive(master, cipher_label, key);
        let mut salt = Zeroizing::new([0; SALT_BYTES]);
        derive(master, salt_label, &mut salt[..]);
        Self::new(key, &salt)
    }

    fn new(key: &[u8], salt: &[u8; SALT_BYTES]) -> Self {
        let mut wide = Zeroizing::new([0; 16]);
        wide[16 - SALT_BYTES..].copy_from_slice(salt);
        Self {
            cipher: AesGcm::new_from_slice(key).expect("the suite's length is the cipher's"),
            salt: Zeroizing::new(u128::from_be_bytes(*wide)),
        }
    }
}

impl<Aes> GaloisMode<Aes> {
    /// SSRC and index behind two bytes of zero, with the salt added (RFC 7714 §8.1, §9.1).
    fn nonce(&self, place: Place) -> [u8; SALT_BYTES] {
        let wide = *self.salt ^ u128::from(place.ssrc()) << 48 ^ u128::from(place.index());
        let bytes = wide.to_be_bytes();
        *bytes.last_chunk().expect("16 bytes have 12 last ones")
    }
}

impl<Aes> Transform for GaloisMode<Aes>
where
    Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + Send + Sync,
{
    fn seal(&self, place: Place, buffer: &mut [u8], bytes: usize) -> usize {
        let nonce = self.nonce(place).into();
        let (packet, after) = buffer.split_at_mut(bytes);
        let (clear, secret) = packet.split_at_mut(place.clear_bytes());
        let tag = match place {
            Place::Rtp { .. } => {
                let sealed = self
                    .cipher
                    .encrypt_inout_detached(&nonce, clear, secret.into());
                sealed.expect("a packet is shorter than 64 GiB")
            }
            Place::Rtcp { index, .. } => {
                let word = index_word(index);
                after[TAG_BYTES..TAG_BYTES + INDEX_WORD_BYTES].copy_from_slice(&word);
                let clear = with_word(clear, word);
                let sealed = self
                    .cipher
                    .encrypt_inout_detached(&nonce, &clear, secret.into());
                sealed.expect("a packet is shorter than 64 GiB")
            }
        };
        after[..TAG_BYTES].copy_from_slice(&tag);
        match place {
            Place::Rtp { .. } => bytes + TAG_BYTES,
            Place::Rtcp { .. } => bytes + TAG_BYTES + INDEX_WORD_BYTES,
        }
    }

    fn open(&self, place: Place, packet: &mut [u8]) -> Result<usize, Forged> {
        let nonce = self.nonce(place).into();
        let (tag_at, word) = match place {
            Place::Rtp { .. } => (packet.len() - TAG_BYTES, None),
            Place::Rtcp { index, .. } => (
                packet.len() - INDEX_WORD_BYTES - TAG_BYTES,
                Some(index_word(index)),
            ),
        };
        let (packet, after) = packet.split_at_mut(tag_at);
        let tag = after.first_chunk::<TAG_BYTES>().ok_or(Forged)?;
        let (clear, secret) = packet.split_at_mut(place.clear_bytes());
        let opened = match word {
            None => {
                let cipher = &self.cipher;
                cipher.decrypt_inout_detached(&nonce, clear, secret.into(), tag.into())
            }
            Some(word) => {
                let clear = with_word(clear, word);
                let cipher = &self.cipher;
                cipher.decrypt_inout_detached(&nonce, &clear, secret.into(), tag.into())
            }
        };
        opened.map_err(|_| Forged)?;
        Ok(tag_at)
    }
}

/// What of an SRTCP packet is authenticated but not secret (RFC 7714 §9.2).
fn with_word(
    clear: &[u8],
    word: [u8; INDEX_WORD_BYTES],
) -> [u8; RTCP_CLEAR_BYTES + INDEX_WORD_BYTES] {
    let mut both = [0; RTCP_CLEAR_BYTES + INDEX_WORD_BYTES];
    both[..RTCP_CLEAR_BYTES].copy_from_slice(clear);
    both[RTCP_CLEAR_BYTES..].copy_from_slice(&word);
    both
}

const SALT_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use aes::{Aes128Enc, Aes256Enc};

    use super::*;
    use crate::tests_support::bytes;

    /// RFC 7714 §16.1 and §17.1.
    #[test]
    fn packets_of_aes_128_are_those_of_rfc_7714() {
        let mode = GaloisMode::<Aes128Enc>::new(&key()[..16], SALT);
        assert_both_ways(
            &mode,
            RTP_PLACE,
            RTP,
            "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
             0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce",
        );
        assert_both_ways(
            &mode,
            RTCP_PLACE,
            RTCP,
            "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d
             c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872
             45d9eade 800005d4",
        );
    }

    /// RFC 7714 §16.2 and §17.2.
    #[test]
    fn packets_of_aes_256_are_those_of_rfc_7714() {
        let mode = GaloisMode::<Aes256Enc>::new(&key(), SALT);
        assert_both_ways(
            &mode,
            RTP_PLACE,
            RTP,
            "8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238
             9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13",
        );
        assert_both_ways(
            &mode,
            RTCP_PLACE,
            RTCP,
            "81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50
             a2eaa5c1 110555be 8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f 57ff6f6c
             b26ac3be 800005d4",
        );
    }

    fn assert_both_ways(mode: &dyn Transform, place: Place, plain: &str, sealed: &str) {
        let (plain, sealed) = (bytes(plain), bytes(sealed));
        let mut packet = plain.clone();
        packet.resize(sealed.len(), 0);
        assert_eq!(mode.seal(place, &mut packet, plain.len()), sealed.len());
        assert_eq!(packet, sealed);
        assert_eq!(mode.open(place, &mut packet), Ok(plain.len()));
        assert_eq!(packet[..plain.len()], plain);
    }

    /// The session key of both: 00, 01, 02 and so on.
    fn key() -> Vec<u8> {
        (0..32).collect()
    }

    const SALT: &[u8; SALT_BYTES] = b"Quid pro quo";
    const RTP_PLACE: Place = Place::Rtp {
        ssrc: 0x5501_a0b2,
        index: 0xf17b,
        header_bytes: 12,
    };
    const RTP: &str = "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976
        69736120 696e2070 61727465 73207472 6573";
    const RTCP_PLACE: Place = Place::Rtcp {
        ssrc: 0x4d61_7273,
        index: 0x5d4,
    };
    const RTCP: &str = "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
        deadbeef deadbeef deadbeef deadbeef deadbeef";
}
