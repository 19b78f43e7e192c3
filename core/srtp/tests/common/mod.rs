//! Both ends of one key, for the tests.

use conclave_srtp::{Inbound, MasterKey, Outbound, Profile};

pub fn ends(profile: Profile) -> (Outbound, Inbound) {
    let master = master(profile);
    (Outbound::new(&master), Inbound::new(&master))
}

pub fn master(profile: Profile) -> MasterKey {
    let bytes = vec![0x5a; profile.key_bytes() + profile.salt_bytes()];
    MasterKey::new(profile, &bytes).unwrap()
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
