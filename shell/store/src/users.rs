//! Who signs in, as rows; compares no password.

use conclave_model::{Role, UnixMillis, UserId, UserName};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

macro_rules! columns {
    () => {
        "SELECT id, name, role, password, subject, created_at, signed_in_at FROM users"
    };
}

/// A user as kept. `password` is a hash in PHC form.
#[derive(Clone)]
pub struct UserRow {
    pub id: UserId,
    pub name: UserName,
    pub role: Role,
    pub password: Option<String>,
    /// Who this is at the sign-in service, as `issuer subject`.
    pub subject: Option<String>,
    pub created_at: UnixMillis,
    pub signed_in_at: Option<UnixMillis>,
}

/// What becomes of the tokens of a user who is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokensOf {
    Forgotten,
    /// They are this user's from now on, or nobody's.
    HandedTo(Option<UserId>),
}

impl Store {
    /// Every user, by name.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and whatever a database can do.
    pub async fn load_users(&self) -> Result<Vec<UserRow>, StoreError> {
        let rows = sqlx::query(concat!(columns!(), " ORDER BY name"))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(user).collect()
    }

    /// The user of this name, without regard to case.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and whatever a database can do.
    pub async fn user_named(&self, name: &UserName) -> Result<Option<UserRow>, StoreError> {
        let row = sqlx::query(concat!(columns!(), " WHERE name = ?"))
            .bind(name.as_str())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(user).transpose()
    }

    /// The user with this id.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and whatever a database can do.
    pub async fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        let row = sqlx::query(concat!(columns!(), " WHERE id = ?"))
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(user).transpose()
    }

    /// Keeps a user, new or changed.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`], [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_user(&self, user: &UserRow) -> Result<(), StoreError> {
        put(user).execute(&self.writer).await.map_err(name_taken)?;
        Ok(())
    }

    /// Keeps the first user; false, and nothing done, when there is one already.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_first_user(&self, user: &UserRow) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let users: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
            .fetch_one(&mut *transaction)
            .await?;
        if users == 0 {
            put(user).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(users == 0)
    }

    /// Notes when a user signed in last, and touches nothing else.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn note_sign_in(&self, id: UserId, at: UnixMillis) -> Result<(), StoreError> {
        sqlx::query("UPDATE users SET signed_in_at = ? WHERE id = ?")
            .bind(at.0.cast_signed())
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets a user and ends their sessions; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_user(&self, id: UserId, tokens: TokensOf) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        if let TokensOf::HandedTo(heir) = tokens {
            sqlx::query("UPDATE tokens SET user = ? WHERE user = ?")
                .bind(heir.map(|heir| heir.to_string()))
                .bind(id.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("DELETE FROM users WHERE id = ?")
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}

type Query<'a> = sqlx::query::Query<'a, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn put(user: &UserRow) -> Query<'_> {
    sqlx::query(
        "INSERT INTO users (id, name, role, password, subject, created_at, signed_in_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
         role = excluded.role, password = excluded.password, subject = excluded.subject, \
         signed_in_at = excluded.signed_in_at",
    )
    .bind(user.id.to_string())
    .bind(user.name.as_str())
    .bind(user.role.name())
    .bind(user.password.as_deref())
    .bind(user.subject.as_deref())
    .bind(user.created_at.0.cast_signed())
    .bind(user.signed_in_at.map(|at| at.0.cast_signed()))
}

fn name_taken(error: sqlx::Error) -> StoreError {
    StoreError::or_taken(error, StoreError::NameTaken)
}

fn user(row: &SqliteRow) -> Result<UserRow, StoreError> {
    let id: String = row.try_get("id")?;
    read(row).map_err(|why| StoreError::damaged(format!("user {id}: {why}")))
}

fn read(row: &SqliteRow) -> Result<UserRow, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let signed_in_at: Option<i64> = row.try_get("signed_in_at")?;
    Ok(UserRow {
        id: text("id")?.parse()?,
        name: text("name")?.parse()?,
        role: text("role")?.parse()?,
        password: row.try_get("password")?,
        subject: row.try_get("subject")?,
        created_at: UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned()),
        signed_in_at: signed_in_at.map(|at| UnixMillis(at.cast_unsigned())),
    })
}
