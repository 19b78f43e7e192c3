//! Sends a file piece by piece and shows how far it is; does not know what is in it.

use std::path::Path;

use http_body_util::{BodyExt, StreamBody};
use hyper::Method;
use hyper::body::{Bytes, Frame};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, Take};
use tokio::sync::mpsc;

use crate::client::{Body, Client, file_name};
use crate::event_stream::Frames;
use crate::progress::{Progress, Way};
use crate::{Failure, Format};

pub(crate) async fn upload<T: DeserializeOwned>(
    client: &Client,
    method: Method,
    target: &str,
    path: &Path,
    format: Format,
) -> Result<T, Failure> {
    let failed = |error| Failure::File(format!("{}: {error}", path.display()));
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let metadata = file.metadata().await.map_err(failed)?;
    if metadata.is_dir() {
        return Err(Failure::Usage(format!(
            "{}: expected a file",
            path.display()
        )));
    }
    let bytes = metadata.len();
    let progress = Progress::of(file_name(path)?, Some(bytes), format, Way::Up);
    // What is written behind it meanwhile is not what was said to come.
    let pieces = pieces(file.take(bytes), progress.clone());
    let answer = client.upload(method, target, pieces, bytes).await;
    progress.end();
    answer
}

/// The file piece by piece, so that its size does not matter.
fn pieces(mut file: Take<tokio::fs::File>, progress: Progress) -> Body {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        loop {
            let mut piece = vec![0; PIECE_BYTES];
            let (piece, length) = match file.read(&mut piece).await {
                Ok(0) => return,
                Ok(length) => {
                    piece.truncate(length);
                    (Ok(Frame::data(Bytes::from(piece))), length)
                }
                Err(error) => (Err(error), 0),
            };
            if sender.send(piece).await.is_err() {
                return;
            }
            progress.advance(length as u64);
        }
    });
    StreamBody::new(Frames(receiver)).boxed()
}

const PIECE_BYTES: usize = 64 * 1024;
