//! What became of a binding, to be told and kept; changes none.

use conclave_model::PhoneId;

use crate::Binding;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Began {
        phone: PhoneId,
        binding: Binding,
    },
    Renewed {
        phone: PhoneId,
        binding: Binding,
    },
    Ended {
        phone: PhoneId,
        binding: Binding,
        why: BindingEnd,
    },
}

/// Why a telephone is not there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingEnd {
    /// The telephone said so.
    ByPhone,
    /// It was not renewed in time.
    Expired,
    /// The stream that it was found over has ended.
    StreamClosed,
    /// The account had more than [`conclave_model::limits::PHONE_BINDINGS`].
    MadeRoom,
    /// The account is gone, was disabled, or has another password.
    AccountChanged,
}

impl News {
    #[must_use]
    pub fn phone(&self) -> PhoneId {
        match self {
            News::Began { phone, .. } | News::Renewed { phone, .. } | News::Ended { phone, .. } => {
                *phone
            }
        }
    }
}
