//! `conclave top`: brings the server, the keys and the clock to the terminal view; shows nothing.

use std::io::IsTerminal;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use conclave_api::{LiveView, NowView, NumberedEvent, StatusView, clean_lines};
use conclave_model::{UnixMillis, WallClock};
use conclave_top::{Change, Deed, Event, Figures, Input, Link, Look, Screen, Top, Wish, keyboard};
use http_body_util::BodyExt;
use hyper::Method;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{sleep, sleep_until, timeout};

use crate::client::Client;
use crate::event_stream::EventStream;
use crate::{Failure, live};

#[derive(Args, Debug)]
pub struct TopArgs {
    /// Begin in this room: extension, title or id
    #[arg(long)]
    pub room: Option<String>,
}

/// What the loop waits for.
enum News {
    Input(Input),
    /// A key, or another size.
    Terminal(Event),
}

type Tell = mpsc::Sender<News>;

/// Shows until it is told to end; a server that goes away is waited for.
pub(crate) async fn run(client: &Client, args: TopArgs) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let detail = "top needs a terminal; for programs there is `conclave live watch -o json`";
        return Err(Failure::Usage(detail.to_owned()));
    }
    let open: Option<LiveView> = match &args.room {
        Some(room) => Some(client.get(&live::path(room)).await?),
        None => None,
    };
    // Whoever cannot be asked at all is told so before the terminal is taken over.
    let now: NowView = client.get("/live").await?;
    let clock = WallClock {
        mono: Instant::now(),
        wall: wall(),
    };
    let mut top = Top::new(clock, open);
    top.handle(Instant::now(), Input::Now(now), &mut Vec::new());
    let (tell, news) = mpsc::channel(NEWS_WAITING);
    tokio::spawn(follow(client.clone(), tell.clone()));
    tokio::spawn(measure(client.clone(), tell.clone()));
    let screen = Screen::open(look())?;
    let keys = tell.clone();
    keyboard(move |event| keys.blocking_send(News::Terminal(event)).is_ok());
    show(client, top, screen, tell, news).await
}

/// Draws at most so often, and only when something changed.
async fn show(
    client: &Client,
    mut top: Top,
    mut screen: Screen,
    tell: Tell,
    mut news: mpsc::Receiver<News>,
) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut is_stale = true;
    let mut next_frame = Instant::now();
    let mut wishes = Vec::new();
    loop {
        let now = Instant::now();
        if is_stale && next_frame <= now {
            screen.draw(&top, now)?;
            (is_stale, next_frame) = (false, now + FRAME);
        }
        let deadline = match (is_stale, top.poll_timeout(now)) {
            (true, _) => next_frame,
            (false, Some((at, _))) => at,
            (false, None) => now + Duration::from_secs(60),
        };
        tokio::select! {
            told = news.recv() => match told {
                Some(News::Input(input)) => top.handle(Instant::now(), input, &mut wishes),
                Some(News::Terminal(Event::Key(key))) => {
                    top.handle(Instant::now(), Input::Key(key), &mut wishes);
                }
                // Another size: the screen asks for it when it draws.
                Some(News::Terminal(_)) => {}
                None => return Ok(()),
            },
            () = sleep_until(deadline.into()) => {
                top.handle_timeout(Instant::now(), &mut wishes);
            }
            _ = terminate.recv() => return Ok(()),
            _ = hang_up.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
        }
        is_stale = true;
        for wish in wishes.drain(..) {
            match wish {
                Wish::Read => drop(tokio::spawn(read(client.clone(), tell.clone()))),
                Wish::Do(deed) => drop(tokio::spawn(act(client.clone(), tell.clone(), deed))),
                Wish::Quit => return Ok(()),
            }
        }
    }
}

/// Tells of every event, over every break of the connection.
async fn follow(client: Client, tell: Tell) {
    let mut last_id = None;
    loop {
        let began = Instant::now();
        let (link, pause) = match listen(&client, &tell, &mut last_id).await {
            // The server ends every stream after an hour, and when it ends itself, which the next
            // try shows: at once, unless there was hardly a stream.
            Ok(()) => (Link::Connecting, PAUSE.saturating_sub(began.elapsed())),
            Err(failure) => (Link::Lost(failure.to_string()), PAUSE),
        };
        if tell.send(News::Input(Input::Link(link))).await.is_err() {
            return;
        }
        sleep(pause).await;
    }
}

/// One connection, until it ends.
async fn listen(client: &Client, tell: &Tell, last_id: &mut Option<u64>) -> Result<(), Failure> {
    let mut body = client.stream("/events", *last_id).await?;
    let gone = |_| Failure::Unreachable("nobody reads".to_owned());
    let live = News::Input(Input::Link(Link::Live));
    tell.send(live).await.map_err(gone)?;
    let mut events = EventStream::default();
    while let Ok(Some(Ok(frame))) = timeout(SILENCE_MAX, body.frame()).await {
        let Some(piece) = frame.data_ref() else {
            continue;
        };
        for data in events.push(piece) {
            // A newer server may tell of more than this program knows.
            if let Ok(event) = serde_json::from_str::<NumberedEvent>(&data) {
                *last_id = Some(event.id);
                let event = News::Input(Input::Event(Box::new(event)));
                tell.send(event).await.map_err(gone)?;
            }
        }
    }
    Ok(())
}

/// Tells how the server does, again and again; what somebody may not see is not asked for again.
async fn measure(client: Client, tell: Tell) {
    let (mut may_status, mut may_figures) = (true, true);
    while may_status || may_figures {
        if may_status {
            match client.get::<StatusView>("/status").await {
                Ok(status) => {
                    let status = News::Input(Input::Status(Box::new(status)));
                    if tell.send(status).await.is_err() {
                        return;
                    }
                }
                Err(failure) => may_status = !is_refused(&failure),
            }
        }
        if may_figures {
            match client.text_at("/metrics").await {
                Ok(page) => {
                    let figures = Figures::read(&page, Instant::now());
                    let figures = News::Input(Input::Figures(figures));
                    if tell.send(figures).await.is_err() {
                        return;
                    }
                }
                Err(failure) => may_figures = !is_refused(&failure),
            }
        }
        sleep(MEASURE_EVERY).await;
    }
}

fn is_refused(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem(problem) if matches!(problem.status, 401 | 403))
}

/// Reads everything, however often it takes: without it the rooms would be wrong.
async fn read(client: Client, tell: Tell) {
    loop {
        match client.get::<NowView>("/live").await {
            Ok(now) => {
                let _ = tell.send(News::Input(Input::Now(now))).await;
                return;
            }
            Err(_) if tell.is_closed() => return,
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn act(client: Client, tell: Tell, deed: Deed) {
    let done = carry_out(&client, &deed).await;
    let done = done.map_err(|failure| clean_lines(&failure.to_string()));
    let _ = tell.send(News::Input(Input::Done(deed, done))).await;
}

async fn carry_out(client: &Client, deed: &Deed) -> Result<(), Failure> {
    match deed {
        Deed::SetRoom { room, change } => {
            let path = live::path(room);
            client.tell(Method::PATCH, &path, &body(change)).await
        }
        Deed::SetPerson { room, who, change } => {
            let path = live::participant(room, who);
            client.tell(Method::PATCH, &path, &body(change)).await
        }
        Deed::Remove { room, who } => client.delete(&live::participant(room, who)).await,
        Deed::Admit { room, who } => {
            let path = live::caller(room, who);
            client
                .tell(Method::PATCH, &path, &json!({"admitted": true}))
                .await
        }
        Deed::TurnAway { room, who } => client.delete(&live::caller(room, who)).await,
    }
}

fn body(change: &Change) -> Value {
    match change {
        Change::Locked(locked) => json!({"locked": locked}),
        Change::Recording(recording) => json!({"recording": recording}),
        Change::MutedAll(muted) => json!({"muted_all": muted}),
        Change::Muted(muted) => json!({"muted": muted}),
        Change::Speaks => json!({"muted": false, "hand_raised": false}),
        Change::Name(name) => json!({"name": name}),
        Change::VolumeDb(db) => json!({"volume_db": db}),
    }
}

fn look() -> Look {
    match std::env::var_os("NO_COLOR") {
        Some(value) if !value.is_empty() => Look::Plain,
        Some(_) | None => Look::Colours,
    }
}

fn wall() -> UnixMillis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Events of a large room that begins, while one frame is drawn.
const NEWS_WAITING: usize = 1_024;
/// Thirty frames a second: speech is seen in time, and a slow line is not filled.
const FRAME: Duration = Duration::from_millis(33);
const PAUSE: Duration = Duration::from_secs(2);
const MEASURE_EVERY: Duration = Duration::from_secs(2);
/// The server says every 15 s that it is still there.
const SILENCE_MAX: Duration = Duration::from_secs(40);

#[cfg(test)]
mod tests {
    use super::*;
    use conclave_api::{read_live_change, read_participant_change};

    #[test]
    fn every_change_is_one_that_the_api_reads() {
        for change in [
            Change::Locked(true),
            Change::MutedAll(false),
            Change::Recording(true),
        ] {
            read_live_change(&body(&change)).unwrap();
        }
        let name = Change::Name("Anna".to_owned());
        for change in [
            Change::Muted(true),
            Change::Speaks,
            name,
            Change::VolumeDb(-4),
        ] {
            read_participant_change(&body(&change)).unwrap();
        }
    }
}
