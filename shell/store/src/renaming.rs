//! New names for menus and profiles, with everything that names them: one transaction.

use conclave_model::confbridge::{Renamed, Renaming};

use crate::{Store, StoreError, menus, profiles, rooms};

impl Store {
    /// Keeps all of it, or nothing. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn rename(&self, renaming: &Renaming) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        match &renaming.what {
            Renamed::Menu { old, new } => {
                menus::delete(&mut transaction, old).await?;
                menus::put(&mut transaction, new).await?;
            }
            Renamed::Profile { old, new } => {
                profiles::delete(&mut transaction, new.section, old).await?;
                profiles::put(&mut transaction, new).await?;
            }
        }
        for profile in &renaming.profiles {
            profiles::put(&mut transaction, profile).await?;
        }
        for room in &renaming.rooms {
            rooms::put(&mut transaction, room).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
