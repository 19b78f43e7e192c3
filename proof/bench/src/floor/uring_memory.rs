//! What io_uring reads and writes for each leg; it is never freed, and never read here.
#![allow(unsafe_code)]

use std::net::SocketAddrV4;

/// For all legs; the kernel may hold their addresses until the process ends.
pub(super) struct Memory {
    legs: *mut LegMemory,
    count: usize,
}

struct LegMemory {
    packet: [u8; PACKET_BYTES],
    from: libc::sockaddr_in,
    peer: libc::sockaddr_in,
    slice: libc::iovec,
    message: libc::msghdr,
}

impl Memory {
    pub fn new(count: usize) -> Self {
        // SAFETY: all parts are plain C structures and bytes, for which zero is a value.
        let leg = || unsafe { std::mem::zeroed::<LegMemory>() };
        let legs: Vec<LegMemory> = std::iter::repeat_with(leg).take(count).collect();
        let memory = Self {
            legs: Box::leak(legs.into_boxed_slice()).as_mut_ptr(),
            count,
        };
        for number in 0..count {
            let leg = memory.leg(number);
            // SAFETY: `leg` points into what was leaked above, and the kernel knows nothing yet.
            unsafe {
                (*leg).slice.iov_base = (&raw mut (*leg).packet).cast();
                (*leg).slice.iov_len = PACKET_BYTES;
                (*leg).message.msg_name = (&raw mut (*leg).from).cast();
                (*leg).message.msg_namelen = ADDRESS_BYTES;
                (*leg).message.msg_iov = &raw mut (*leg).slice;
                (*leg).message.msg_iovlen = 1;
            }
        }
        memory
    }

    pub fn packet(&self, number: usize) -> *mut u8 {
        // SAFETY: inside of what was leaked; no reference is made.
        unsafe { (&raw mut (*self.leg(number)).packet).cast() }
    }

    /// Before the kernel was told of it.
    pub fn set_packet(&self, number: usize, packet: &[u8; PACKET_BYTES]) {
        // SAFETY: inside of what was leaked; no request of the kernel's has it yet.
        unsafe { (*self.leg(number)).packet = *packet };
    }

    /// Receives into the packet, with the address of its sender.
    pub fn message(&self, number: usize) -> *mut libc::msghdr {
        // SAFETY: inside of what was leaked; no reference is made.
        unsafe { &raw mut (*self.leg(number)).message }
    }

    pub fn set_peer(&self, number: usize, peer: SocketAddrV4) {
        // SAFETY: inside of what was leaked; nothing was sent to this peer before.
        unsafe {
            let address = &raw mut (*self.leg(number)).peer;
            (*address).sin_family = libc::AF_INET as libc::sa_family_t;
            (*address).sin_port = peer.port().to_be();
            (*address).sin_addr.s_addr = u32::from_ne_bytes(peer.ip().octets());
        }
    }

    pub fn peer(&self, number: usize) -> (*const libc::sockaddr, libc::socklen_t) {
        // SAFETY: inside of what was leaked; no reference is made.
        let address = unsafe { &raw const (*self.leg(number)).peer };
        (address.cast(), ADDRESS_BYTES)
    }

    fn leg(&self, number: usize) -> *mut LegMemory {
        assert!(number < self.count, "legs are counted from zero");
        // SAFETY: `legs` has `count` of them.
        unsafe { self.legs.add(number) }
    }
}

/// A packet of 20 ms is shorter in every codec.
pub(super) const PACKET_BYTES: usize = super::PACKET_BYTES;
const ADDRESS_BYTES: libc::socklen_t = size_of::<libc::sockaddr_in>() as libc::socklen_t;
