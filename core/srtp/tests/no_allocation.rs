//! Once the keys are there, no packet allocates anything, the first of a new stream included.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use conclave_model::{SrtpKey, SrtpSuite};
use conclave_srtp::{Inbound, Outbound};

#[test]
fn packets_allocate_nothing() {
    for suite in SrtpSuite::ALL {
        let bytes = vec![1; suite.key_bytes() + suite.salt_bytes()];
        let master = SrtpKey::new(suite, &bytes).unwrap();
        let mut outbound = Outbound::new(&master);
        let mut inbound = Inbound::new(&master);
        let work = || {
            for number in 0..200_u8 {
                // The SSRC's last byte: half a dozen streams.
                let mut buffer = [0x80; 172 + 20];
                buffer[3] = number;
                buffer[11] = number % 6;
                let sound = outbound.protect_rtp(&mut buffer, 172).unwrap();
                inbound.unprotect_rtp(sound).unwrap();
                inbound.unprotect_rtp(&mut [0x80; 172]).unwrap_err();
                let report = outbound.protect_rtcp(&mut buffer, 100).unwrap();
                inbound.unprotect_rtcp(report).unwrap();
            }
        };
        assert_eq!(
            allocation_counter::measure(work).count_total,
            0,
            "{suite:?}"
        );
    }
}
