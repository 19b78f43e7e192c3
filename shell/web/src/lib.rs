//! HTTP and server-sent events over the public words; owns no rule.
