//! Both ends of one key, for the tests.

use conclave_model::{SrtpKey, SrtpSuite};
use conclave_srtp::{Inbound, Outbound};

pub fn ends(suite: SrtpSuite) -> (Outbound, Inbound) {
    let master = master(suite);
    (Outbound::new(&master), Inbound::new(&master))
}

pub fn master(suite: SrtpSuite) -> SrtpKey {
    let bytes = vec![0x5a; suite.key_bytes() + suite.salt_bytes()];
    SrtpKey::new(suite, &bytes).unwrap()
}

pub fn sealed(outbound: &mut Outbound, plain: &[u8]) -> Vec<u8> {
    let mut buffer = [plain, &[0; 20]].concat();
    outbound
        .protect_rtp(&mut buffer, plain.len())
        .unwrap()
        .to_vec()
}

pub fn sealed_rtcp(outbound: &mut Outbound, plain: &[u8]) -> Vec<u8> {
    let mut buffer = [plain, &[0; 20]].concat();
    outbound
        .protect_rtcp(&mut buffer, plain.len())
        .unwrap()
        .to_vec()
}
