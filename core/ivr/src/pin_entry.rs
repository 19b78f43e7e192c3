//! Typing a PIN.
