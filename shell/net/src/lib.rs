//! SIP sockets: datagrams and streams in and out of the process; cannot parse.
