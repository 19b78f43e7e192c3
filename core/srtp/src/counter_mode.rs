//! AES in counter mode with HMAC-SHA1 (RFC 3711 §4, RFC 6188); knows no packet but the one it has.

use aes::cipher::consts::U16;
use aes::cipher::{BlockCipherEncrypt, BlockSizeUser, InnerIvInit, KeyInit, StreamCipherCore};
use ctr::CtrCore;
use ctr::flavors::Ctr128BE;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::derivation::{Label, derive};
use crate::transform::{Forged, INDEX_WORD_BYTES, Place, Transform, index_word};
use conclave_model::SrtpKey;

pub(crate) struct CounterMode<Aes> {
    cipher: Aes,
    /// Shifted by the 16 bits of the counter.
    salt: Zeroizing<u128>,
    /// Keyed, and fed with nothing.
    tag: Hmac<Sha1>,
    tag_bytes: usize,
}

impl<Aes: KeyInit> CounterMode<Aes> {
    pub(crate) fn derive(master: &SrtpKey, labels: [Label; 3], tag_bytes: usize) -> Self {
        let [cipher_label, tag_label, salt_label] = labels;
        let mut key = Zeroizing::new([0; 32]);
        let key = &mut key[..master.suite().key_bytes()];
        derive(master, cipher_label, key);
        let mut tag_key = Zeroizing::new([0; TAG_KEY_BYTES]);
        derive(master, tag_label, &mut tag_key[..]);
        let mut salt = Zeroizing::new([0; 16]);
        derive(master, salt_label, &mut salt[..SALT_BYTES]);
        Self {
            cipher: Aes::new_from_slice(key).expect("the suite's length is the cipher's"),
            salt: Zeroizing::new(u128::from_be_bytes(*salt)),
            tag: Hmac::new_from_slice(&tag_key[..]).expect("HMAC takes any length"),
            tag_bytes,
        }
    }
}

impl<Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> CounterMode<Aes> {
    /// Encrypts, or decrypts, which is the same.
    fn apply(&self, place: Place, bytes: &mut [u8]) {
        let start = *self.salt ^ u128::from(place.ssrc()) << 64 ^ u128::from(place.index()) << 16;
        keystream(&self.cipher, start, bytes);
    }

    /// Over everything that is sent before the tag, and the rollover counter, which is not sent.
    fn tag(&self, place: Place, before: &[u8]) -> Hmac<Sha1> {
        let mut tag = self.tag.clone();
        tag.update(before);
        match place {
            Place::Rtp { index, .. } => tag.update(&rollover_bytes(index)),
            Place::Rtcp { .. } => {}
        }
        tag
    }
}

impl<Aes> Transform for CounterMode<Aes>
where
    Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + Send + Sync,
{
    fn seal(&self, place: Place, buffer: &mut [u8], bytes: usize) -> usize {
        self.apply(place, &mut buffer[place.clear_bytes()..bytes]);
        let end = match place {
            Place::Rtp { .. } => bytes,
            Place::Rtcp { index, .. } => {
                let end = bytes + INDEX_WORD_BYTES;
                buffer[bytes..end].copy_from_slice(&index_word(index));
                end
            }
        };
        let tag = self.tag(place, &buffer[..end]).finalize().into_bytes();
        buffer[end..end + self.tag_bytes].copy_from_slice(&tag[..self.tag_bytes]);
        end + self.tag_bytes
    }

    fn open(&self, place: Place, packet: &mut [u8]) -> Result<usize, Forged> {
        let (before, tag) = packet.split_at_mut(packet.len() - self.tag_bytes);
        let expected = self.tag(place, before);
        expected.verify_truncated_left(tag).map_err(|_| Forged)?;
        let bytes = match place {
            Place::Rtp { .. } => before.len(),
            Place::Rtcp { .. } => before.len() - INDEX_WORD_BYTES,
        };
        self.apply(place, &mut before[place.clear_bytes()..bytes]);
        Ok(bytes)
    }
}

/// Adds the stream of blocks that begins with the encrypted `start` to `bytes`.
pub(crate) fn keystream<Aes>(cipher: &Aes, start: u128, bytes: &mut [u8])
where
    Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>,
{
    let stream = CtrCore::<_, Ctr128BE>::inner_iv_init(cipher, &start.to_be_bytes().into());
    stream.apply_keystream_partial(bytes.into());
}

fn rollover_bytes(index: u64) -> [u8; 4] {
    let [_, _, a, b, c, d, _, _] = index.to_be_bytes();
    [a, b, c, d]
}

/// RFC 3711 §5.2, for every tag length.
const TAG_KEY_BYTES: usize = 20;
const SALT_BYTES: usize = 14;

#[cfg(test)]
mod tests {
    use aes::{Aes128Enc, Aes256Enc};

    use super::*;
    use crate::tests_support::bytes;

    /// RFC 3711, appendix B.2: a million bytes under one session key.
    #[test]
    fn the_key_stream_of_aes_128_is_that_of_rfc_3711() {
        let key = bytes("2B7E151628AED2A6ABF7158809CF4F3C");
        let stream = long_stream(&Aes128Enc::new_from_slice(&key).unwrap());
        let first = bytes(
            "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB
             41E95B3BB0A2E8DD477901E4FCA894C0",
        );
        let last = bytes(
            "EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE
             6A2CC3787889374FBEB4C81B17BA6C44",
        );
        assert!(stream.starts_with(&first));
        assert!(stream.ends_with(&last));
    }

    /// RFC 6188 §7.1.
    #[test]
    fn the_key_stream_of_aes_256_is_that_of_rfc_6188() {
        let key = bytes("57f82fe3613fd170a85ec93c40b1f092 2ec4cb0dc025b58272147cc438944a98");
        let stream = long_stream(&Aes256Enc::new_from_slice(&key).unwrap());
        let first = bytes(
            "92bdd28a93c3f52511c677d08b5515a4 9da71b2378a854f67050756ded165bac
             63c4868b7096d88421b563b8c94c9a31",
        );
        let last = bytes(
            "cea518c90fd91ced9cbb18c078a54711 3dbc4814f4da5f00a08772b63c6a046d
             6eb246913062a16891433e97dd01a57f",
        );
        assert!(stream.starts_with(&first));
        assert!(stream.ends_with(&last));
    }

    /// Of SSRC 0 and index 0, so that it begins with the salt alone.
    fn long_stream<Aes>(cipher: &Aes) -> Vec<u8>
    where
        Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>,
    {
        let mut stream = vec![0; 0xff02 * 16];
        keystream(
            cipher,
            0xF0F1_F2F3_F4F5_F6F7_F8F9_FAFB_FCFD_0000,
            &mut stream,
        );
        stream
    }
}
