//! What phones write to the others in their room; carries it like everything else.

use super::{City, PhoneId};

impl City {
    pub fn write(&mut self, id: PhoneId, text: &str) {
        let now = self.now;
        self.phones[id.0].write(now, "text/plain;charset=utf-8", text);
        self.settle();
    }

    /// One message more like the last one, whatever became of that.
    pub fn write_again(&mut self, id: PhoneId) {
        if let Some(transmit) = self.phones[id.0].write_again() {
            self.post(transmit);
        }
    }
}
