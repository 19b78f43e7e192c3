//! Accounts of telephones as rows; shows no hash to anybody.

use std::error::Error;

use conclave_model::{
    DigestAlgorithm, FieldError, Ha1, Ha1Set, PhoneId, PhonePin, PhoneRecord, SrtpPolicy,
    UnixMillis,
};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

impl Store {
    /// Every account.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the account whose row no longer keeps the rules of the record.
    pub async fn load_phones(&self) -> Result<Vec<PhoneRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM phones")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(phone).collect()
    }

    /// Keeps an account, new or changed. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_phone(&self, record: &PhoneRecord) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        sqlx::query(
            "INSERT INTO phones (id, user, name, number, realm, md5, sha256, sha512_256, srtp, \
             pin, enabled, created_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, number = excluded.number, \
             realm = excluded.realm, md5 = excluded.md5, sha256 = excluded.sha256, \
             sha512_256 = excluded.sha512_256, srtp = excluded.srtp, pin = excluded.pin, \
             enabled = excluded.enabled, version = excluded.version",
        )
        .bind(record.id.to_string())
        .bind(record.user.as_str())
        .bind(record.name.as_str())
        .bind(record.number.as_ref().map(ToString::to_string))
        .bind(&record.realm)
        .bind(record.ha1.md5.reveal())
        .bind(record.ha1.sha256.reveal())
        .bind(record.ha1.sha512_256.reveal())
        .bind(record.srtp.map(SrtpPolicy::name))
        .bind(record.pin.name())
        .bind(record.enabled)
        .bind(record.created_at.0.cast_signed())
        .bind(record.version.cast_signed())
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Forgets an account and where its telephones were; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_phone(&self, id: PhoneId) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        sqlx::query("DELETE FROM phones WHERE id = ?")
            .bind(id.to_string())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}

fn phone(row: &SqliteRow) -> Result<PhoneRecord, StoreError> {
    let id: String = row.try_get("id")?;
    read(row, &id).map_err(|why| StoreError::damaged(format!("phone {id}: {why}")))
}

fn read(row: &SqliteRow, id: &str) -> Result<PhoneRecord, Box<dyn Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column);
    let whole = |column: &str| row.try_get::<i64, _>(column);
    let number = maybe("number")?.map(|number| number.parse());
    let srtp = maybe("srtp")?.map(|srtp| SrtpPolicy::read(&srtp));
    Ok(PhoneRecord {
        id: id.parse()?,
        user: text("user")?.parse()?,
        name: text("name")?.parse()?,
        number: number.transpose()?,
        realm: text("realm")?,
        ha1: Ha1Set {
            md5: hash(row, "md5", DigestAlgorithm::Md5)?,
            sha256: hash(row, "sha256", DigestAlgorithm::Sha256)?,
            sha512_256: hash(row, "sha512_256", DigestAlgorithm::Sha512_256)?,
        },
        srtp: srtp.transpose()?,
        pin: PhonePin::read(&text("pin")?)?,
        enabled: row.try_get("enabled")?,
        created_at: UnixMillis(whole("created_at")?.cast_unsigned()),
        version: whole("version")?.cast_unsigned(),
    })
}

fn hash(
    row: &SqliteRow,
    column: &'static str,
    algorithm: DigestAlgorithm,
) -> Result<Ha1, Box<dyn Error + Send + Sync>> {
    let bytes: Vec<u8> = row.try_get(column)?;
    let accepted = format!("{} bytes", algorithm.bytes());
    let wrong = || FieldError::new(column, "", accepted);
    Ok(Ha1::from_bytes(algorithm, &bytes).ok_or_else(wrong)?)
}
