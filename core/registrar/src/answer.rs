//! The 200 to a REGISTER: what is bound now (RFC 3261 §10.3 step 8); binds nothing.

use std::fmt::Write as _;
use std::time::Instant;

use conclave_model::limits;
use conclave_sip::{Answer, Asked, Register};

use crate::Binding;

/// Every binding of the account with the time it has left.
#[must_use]
pub fn granted(now: Instant, asked: &Asked, register: &Register, bindings: &[Binding]) -> Answer {
    let mut answer = Answer::new(200);
    for binding in bindings {
        answer = answer.with("Contact", contact(now, binding));
    }
    if register.supports_path {
        // RFC 3327 §5.3: the telephone sees who else it is reached through.
        for path in &register.paths {
            answer = answer.with("Path", path.clone());
        }
    }
    let is_of_this = |binding: &&Binding| {
        binding.flow.is_some()
            && binding.call_id == asked.call_id
            && binding.sequence == asked.sequence
    };
    if bindings.iter().any(|binding| is_of_this(&binding)) {
        // RFC 5626 §6: outbound was understood, and is used.
        answer = answer.with("Require", "outbound".to_owned());
        if asked.path.transport.is_stream() && !asked.has_proxy {
            answer = answer.with("Flow-Timer", limits::PHONE_FLOW_TIMER_S.to_string());
        }
    }
    answer
}

fn contact(now: Instant, binding: &Binding) -> String {
    let mut out = format!("<{}>;expires={}", binding.contact, binding.left_s(now));
    // Writing to a String cannot fail.
    if let Some(instance) = &binding.instance {
        let quoted = instance.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(out, ";+sip.instance=\"{quoted}\"");
    }
    if let Some(flow) = &binding.flow {
        let _ = write!(out, ";reg-id={}", flow.reg_id);
    }
    out
}
