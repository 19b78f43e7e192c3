//! Media workers: one thread per core, its sockets and an absolute twenty-millisecond clock.
