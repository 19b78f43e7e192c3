//! Buffers that the kernel picks for what arrives; they are never freed, and never read here.
#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::{AtomicU16, Ordering};

use io_uring::IoUring;
use io_uring::types::BufRingEntry;

use super::PACKET_BYTES;

pub(super) struct BufferRing {
    entries: *mut BufRingEntry,
    packets: *mut [u8; PACKET_BYTES],
    count: u16,
    tail: u16,
}

/// The kernel wants whole pages.
#[repr(C, align(4096))]
#[derive(Clone)]
struct Page([u8; 4_096]);

impl BufferRing {
    /// `count` must be a power of two.
    pub fn register(ring: &IoUring, count: u16) -> io::Result<Self> {
        let bytes = usize::from(count) * size_of::<BufRingEntry>();
        let pages = vec![Page([0; 4_096]); bytes.div_ceil(4_096)];
        let packets = vec![[0; PACKET_BYTES]; count.into()];
        let mut buffers = Self {
            entries: Box::leak(pages.into_boxed_slice()).as_mut_ptr().cast(),
            packets: Box::leak(packets.into_boxed_slice()).as_mut_ptr(),
            count,
            tail: 0,
        };
        let address = buffers.entries as u64;
        // SAFETY: the ring of entries was leaked, so it outlives every request.
        unsafe {
            ring.submitter()
                .register_buf_ring_with_flags(address, count, GROUP, 0)
        }?;
        (0..count).for_each(|buffer| buffers.give_back(buffer));
        Ok(buffers)
    }

    pub fn group(&self) -> u16 {
        GROUP
    }

    pub fn packet(&self, buffer: u16) -> *const u8 {
        assert!(
            buffer < self.count,
            "the kernel gives back what it was given"
        );
        // SAFETY: `packets` has `count` of them.
        unsafe { self.packets.add(buffer.into()).cast() }
    }

    /// The kernel may fill it again.
    pub fn give_back(&mut self, buffer: u16) {
        let packet = self.packet(buffer);
        let at = usize::from(self.tail & (self.count - 1));
        // SAFETY: `at` is below `count`; the kernel reads an entry only when the tail is beyond it.
        unsafe {
            let entry = &mut *self.entries.add(at);
            entry.set_addr(packet as u64);
            entry.set_len(PACKET_BYTES as u32);
            entry.set_bid(buffer);
            self.tail = self.tail.wrapping_add(1);
            let tail = BufRingEntry::tail(self.entries).cast::<AtomicU16>();
            (*tail).store(self.tail, Ordering::Release);
        }
    }
}

const GROUP: u16 = 1;
