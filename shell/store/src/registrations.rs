//! Where telephones are to be found after a restart, as rows.

use std::error::Error;

use conclave_model::{PhoneId, RegistrationRecord, UnixMillis};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

impl Store {
    /// Every registration, in the order within its account, also those that ran out meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the account whose row cannot be read any more.
    pub async fn load_registrations(&self) -> Result<Vec<RegistrationRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM registrations ORDER BY phone, place")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(registration).collect()
    }

    /// Keeps these as all of the account. Of one that is gone nothing is kept.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_registrations(
        &self,
        phone: PhoneId,
        all: &[RegistrationRecord],
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM registrations WHERE phone = ?")
            .bind(phone.to_string())
            .execute(&mut *transaction)
            .await?;
        for (place, record) in (0_i64..).zip(all) {
            sqlx::query(
                "INSERT INTO registrations (phone, place, contact, instance, reg_id, route, \
                 transport, local, remote, via_proxy, call_id, sequence, user_agent, since, until) \
                 SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM phones WHERE id = ?",
            )
            .bind(place)
            .bind(&record.contact)
            .bind(&record.instance)
            .bind(record.reg_id)
            .bind(record.route.join("\n"))
            .bind(&record.transport)
            .bind(record.local.to_string())
            .bind(record.remote.to_string())
            .bind(record.via_proxy)
            .bind(&record.call_id)
            .bind(record.sequence)
            .bind(&record.user_agent)
            .bind(record.since.0.cast_signed())
            .bind(record.until.0.cast_signed())
            .bind(phone.to_string())
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}

fn registration(row: &SqliteRow) -> Result<RegistrationRecord, StoreError> {
    let phone: String = row.try_get("phone")?;
    read(row, &phone)
        .map_err(|why| StoreError::damaged(format!("registration of phone {phone}: {why}")))
}

fn read(row: &SqliteRow, phone: &str) -> Result<RegistrationRecord, Box<dyn Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let moment = |column: &str| {
        let millis = row.try_get::<i64, _>(column);
        millis.map(|millis| UnixMillis(millis.cast_unsigned()))
    };
    Ok(RegistrationRecord {
        phone: phone.parse()?,
        contact: text("contact")?,
        instance: row.try_get("instance")?,
        reg_id: row.try_get("reg_id")?,
        route: text("route")?.lines().map(str::to_owned).collect(),
        transport: text("transport")?,
        local: text("local")?.parse()?,
        remote: text("remote")?.parse()?,
        via_proxy: row.try_get("via_proxy")?,
        call_id: text("call_id")?,
        sequence: row.try_get("sequence")?,
        user_agent: row.try_get("user_agent")?,
        since: moment("since")?,
        until: moment("until")?,
    })
}
