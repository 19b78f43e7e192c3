//! Signed-in browsers and programs, by the hashes of their secrets; never sees a secret.

use conclave_model::{Permission, Permissions, TokenId, UnixMillis, UserId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

/// The SHA-256 of a cookie or a token.
pub type SecretHash = [u8; 32];

/// A session as kept.
#[derive(Clone, Copy, Debug)]
pub struct SessionRow {
    /// None for a session that was opened with a one-time code.
    pub user: Option<UserId>,
    pub created_at: UnixMillis,
    pub used_at: UnixMillis,
}

/// A program's token as kept.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub id: TokenId,
    pub name: String,
    pub permissions: Permissions,
    /// Whose it is; it is forgotten with them. None: nobody's.
    pub user: Option<UserId>,
    /// The name of who made it, as it was then.
    pub created_by: String,
    pub created_at: UnixMillis,
    pub expires_at: Option<UnixMillis>,
    pub used_at: Option<UnixMillis>,
}

impl Store {
    /// Keeps a new session; of this user's, only the `at_most` used last stay.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn open_session(
        &self,
        hash: &SecretHash,
        session: SessionRow,
        at_most: usize,
    ) -> Result<(), StoreError> {
        let user = session.user.map(|user| user.to_string());
        let mut transaction = self.writer.begin().await?;
        sqlx::query("INSERT INTO sessions (hash, user, created_at, used_at) VALUES (?, ?, ?, ?)")
            .bind(hash.as_slice())
            .bind(user.as_deref())
            .bind(session.created_at.0.cast_signed())
            .bind(session.used_at.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM sessions WHERE user IS ?1 AND hash NOT IN \
             (SELECT hash FROM sessions WHERE user IS ?1 ORDER BY used_at DESC LIMIT ?2)",
        )
        .bind(user.as_deref())
        .bind(i64::try_from(at_most).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The session whose cookie has this hash.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and whatever a database can do.
    pub async fn session(&self, hash: &SecretHash) -> Result<Option<SessionRow>, StoreError> {
        let row = sqlx::query("SELECT user, created_at, used_at FROM sessions WHERE hash = ?")
            .bind(hash.as_slice())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let user: Option<String> = row.try_get("user")?;
        let user = user.map(|user| user.parse()).transpose();
        Ok(Some(SessionRow {
            user: user.map_err(|why| StoreError::damaged(format!("a session: {why}")))?,
            created_at: UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned()),
            used_at: UnixMillis(row.try_get::<i64, _>("used_at")?.cast_unsigned()),
        }))
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn use_session(&self, hash: &SecretHash, at: UnixMillis) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET used_at = ? WHERE hash = ?")
            .bind(at.0.cast_signed())
            .bind(hash.as_slice())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends a session; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn end_session(&self, hash: &SecretHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE hash = ?")
            .bind(hash.as_slice())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends every session of a user, but the one with this hash.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn end_sessions_of(
        &self,
        user: UserId,
        but: Option<&SecretHash>,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE user = ? AND hash IS NOT ?")
            .bind(user.to_string())
            .bind(but.map(<[u8; 32]>::as_slice))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets sessions that were not used since `idle`, or began before `begun`.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn end_old_sessions(
        &self,
        idle: UnixMillis,
        begun: UnixMillis,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE used_at < ? OR created_at < ?")
            .bind(idle.0.cast_signed())
            .bind(begun.0.cast_signed())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Keeps a new token.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_token(&self, token: &TokenRow, hash: &SecretHash) -> Result<(), StoreError> {
        let names: Vec<&str> = token.permissions.iter().map(Permission::name).collect();
        sqlx::query(
            "INSERT INTO tokens (id, hash, name, permissions, user, created_by, created_at, \
             expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(token.id.to_string())
        .bind(hash.as_slice())
        .bind(token.name.as_str())
        .bind(names.join(" "))
        .bind(token.user.map(|user| user.to_string()))
        .bind(token.created_by.as_str())
        .bind(token.created_at.0.cast_signed())
        .bind(token.expires_at.map(|at| at.0.cast_signed()))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Every token, the newest last.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and whatever a database can do.
    pub async fn load_tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM tokens ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(token).collect()
    }

    /// The token with this hash.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and whatever a database can do.
    pub async fn token(&self, hash: &SecretHash) -> Result<Option<TokenRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM tokens WHERE hash = ?")
            .bind(hash.as_slice())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(token).transpose()
    }

    /// Notes when a token was used last.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn use_token(&self, id: TokenId, at: UnixMillis) -> Result<(), StoreError> {
        sqlx::query("UPDATE tokens SET used_at = ? WHERE id = ?")
            .bind(at.0.cast_signed())
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets a token; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_token(&self, id: TokenId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM tokens WHERE id = ?")
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn token(row: &SqliteRow) -> Result<TokenRow, StoreError> {
    read(row).map_err(|why| StoreError::damaged(format!("a token: {why}")))
}

fn read(row: &SqliteRow) -> Result<TokenRow, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let moment = |column: &str| -> Result<Option<UnixMillis>, sqlx::Error> {
        let at: Option<i64> = row.try_get(column)?;
        Ok(at.map(|at| UnixMillis(at.cast_unsigned())))
    };
    let names = text("permissions")?;
    let user: Option<String> = row.try_get("user")?;
    let permissions = names.split_whitespace().map(str::parse::<Permission>);
    Ok(TokenRow {
        id: text("id")?.parse()?,
        name: text("name")?,
        permissions: permissions.collect::<Result<_, _>>()?,
        user: user.map(|user| user.parse()).transpose()?,
        created_by: text("created_by")?,
        created_at: moment("created_at")?.unwrap_or(UnixMillis(0)),
        expires_at: moment("expires_at")?,
        used_at: moment("used_at")?,
    })
}
