//! Puts the parts together, runs them, and takes them apart in order.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use conclave_backup::swap_in;
use conclave_cert::{Certificate, SoundCertificate};
use conclave_cli::Priority;
use conclave_engine::{Engine, EngineConfig};
use conclave_hooks::Courier;
use conclave_model::{
    Chance, HouseService, PlaylistName, RoomRecord, ServiceExtension, UnixMillis, WallClock,
};
use conclave_net::{Arrival, Bind, Names, Net};
use conclave_node::{Identity, Node, NodeConfig, Shelf};
use conclave_oidc::SignInService;
use conclave_sound::{Library, OwnSounds};
use conclave_store::{Claim, Store};
use conclave_web::{
    Backend, BrainHandle, EventHub, HostFacts, HttpServer, OneTimeCodes, SOCKET_NAME, Token,
    bind_unix,
};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

use crate::archive;
use crate::brain::{Brain, Senses};
use crate::figures::{Board, Program};
use crate::first_room;
use crate::lookups::Lookups;
use crate::oidc;
use crate::playlists::Keeper;
use crate::prompts::Speaker;
use crate::settings::Settings;
use crate::sounds::{self, SoundKeeper};
use crate::thrift;
use crate::tls;
use crate::upload_dir;
use crate::webhooks;
use crate::welcome::{self, Doors};
use crate::writer::Writer;

/// Runs the server until it is told to stop.
///
/// # Errors
/// A sentence that says what is in the way.
pub async fn serve(settings: Settings) -> Result<Ended, String> {
    let (store, is_new) = open_store(&settings).await?;
    let wall = wall_clock();
    let mut chance = Chance::from_seed(entropy()?);
    let rooms = load_rooms(&store, is_new, wall.wall, &mut chance).await?;
    let library = open_library(&settings, &rooms)?;
    let certificate = tls::open(&settings, wall.wall)?;
    let (net, arrivals) = listen_sip(&settings, &certificate).await?;
    let (engine, media) = start_engine(&settings, Arc::clone(&library))?;
    let (http, https) = listen_web(&settings).await?;
    let open_at = [addresses(&http), addresses(&https)];

    let (brain_handle, questions) = BrainHandle::channel();
    let (tell_playlists, playlists) = mpsc::channel(PLAYLIST_CHANGES_WAITING);
    let (tell_sounds, sounds) = mpsc::channel(PLAYLIST_CHANGES_WAITING);
    let own_sounds = open_own_sounds(&settings)?;
    let (stop_brain, stop) = watch::channel(false);
    let (close_http, closing) = watch::channel(false);
    let (codes, restart) = (OneTimeCodes::default(), Arc::<Notify>::default());
    let (events, board) = (EventHub::new(wall.wall), Board::default());
    let (bound, counters) = (net.bound().to_vec(), net.counters());
    let courier = webhooks::courier(&store, &settings, &events, chance.fork())?;
    let delivering = webhooks::run(courier.clone(), events.follow(), closing.clone());
    let facts = facts(&settings, &bound, &open_at, wall.wall);
    let backend = Backend {
        brain: brain_handle,
        store: Arc::clone(&store),
        playlists: Arc::new(keeper(&library, tell_playlists)),
        prompts: Arc::new(Speaker(Arc::clone(library.prompts()))),
        sounds: sound_keeper(&own_sounds, tell_sounds),
        events: events.clone(),
        host: program(facts, &board, counters, &courier, &certificate),
        codes: codes.clone(),
        oidc: way_in(&settings)?,
        webhooks: courier,
        restart: Arc::clone(&restart),
        upload_dir: upload_dir::prepare(&settings.data)?,
        closing,
    };
    let mut http = serve_http(&settings, http, (https, &certificate), backend)?;
    http.push(delivering);
    let first_room = lowest(&rooms);
    let config = node_config(&settings, wall, &library, &own_sounds)?;
    let node = Node::new(load_named(&store, &rooms, config).await?, rooms, chance);
    let (writer, written, writing) = Writer::start(Arc::clone(&store), settings.keeping);
    let (archive, tapes) = archive::open(&store, &events, &settings).await;
    let (lookups, names) = Lookups::start(Names::of_this_machine(), &bound)?;
    let brain = Brain::new(node, engine, net, (writer, lookups), archive, board);
    let senses = Senses {
        arrivals,
        questions,
        written,
        playlists,
        sounds,
        tapes,
        names,
        media,
        stop,
    };
    let brain = tokio::spawn(brain.run(senses));

    let upkeep = [thrift::start(), tls::look_after(&settings, certificate)?];
    let places = (&bound[..], &open_at);
    say_welcome(&settings, places, first_room.as_ref(), &store, &codes).await?;
    let ended = run_until_stopped(brain, &stop_brain, &restart).await?;
    upkeep.iter().for_each(JoinHandle::abort);
    let _ = close_http.send(true);
    close(&settings.data, http, writing, store).await;
    Ok(ended)
}

/// Where the server is, and how the first user comes in.
async fn say_welcome(
    settings: &Settings,
    (sip, http): (&[Bind], &[Vec<SocketAddr>; 2]),
    first_room: Option<&RoomRecord>,
    store: &Store,
    codes: &OneTimeCodes,
) -> Result<(), String> {
    let code = first_code(store, codes).await?;
    let doors = doors(settings, sip, http);
    welcome::print(&doors, first_room, code.as_deref());
    Ok(())
}

/// What rooms choose or begin with by name.
async fn load_named(
    store: &Store,
    rooms: &[RoomRecord],
    mut config: NodeConfig,
) -> Result<NodeConfig, String> {
    config.menus = store.load_menus().await.map_err(|why| why.to_string())?;
    config.trunks = store.load_trunks().await.map_err(|why| why.to_string())?;
    config.extensions = load_extensions(store, rooms).await?;
    config.profiles = store.load_profiles().await.map_err(|why| why.to_string())?;
    load_phones(store, &mut config).await?;
    Ok(config)
}

async fn load_phones(store: &Store, config: &mut NodeConfig) -> Result<(), String> {
    let phones = store.load_phones().await;
    config.phones = phones.map_err(|why| why.to_string())?;
    let registrations = store.load_registrations().await;
    config.registrations = registrations.map_err(|why| why.to_string())?;
    let realm = &config.sip_domain;
    let of_others = config.phones.iter().filter(|phone| phone.realm != *realm);
    let count = of_others.count();
    if count > 0 {
        tracing::warn!(
            "the passwords of {count} phones were made for another sip_domain than {realm:?}: \
             `conclave phones password USER` makes a new one"
        );
    }
    Ok(())
}

async fn load_extensions(
    store: &Store,
    rooms: &[RoomRecord],
) -> Result<Vec<ServiceExtension>, String> {
    let loaded = store.load_extensions().await;
    let extensions = loaded.map_err(|why| why.to_string())?;
    let has_echo = extensions
        .iter()
        .any(|one| one.service == HouseService::EchoTest);
    let holder = rooms.iter().find(|room| room.extension.as_str() == ECHO);
    if let (false, Some(room)) = (has_echo, holder) {
        let title = room.title.as_str();
        tracing::info!(
            "There is no echo test, as its number {ECHO} is that of the room {title:?}; \
             `conclave extensions set NUMBER echo` gives it another"
        );
    }
    Ok(extensions)
}

/// Why a server ended in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Stopped,
    /// With what was restored.
    ToStartAgain,
}

fn doors<'a>(
    settings: &Settings,
    sip: &'a [Bind],
    [http, https]: &'a [Vec<SocketAddr>; 2],
) -> Doors<'a> {
    Doors {
        sip,
        http,
        https,
        token: settings.data.join("token"),
    }
}

fn wall_clock() -> WallClock {
    WallClock {
        mono: Instant::now(),
        wall: now(),
    }
}

fn keeper(library: &Library, tell: mpsc::Sender<Vec<PlaylistName>>) -> Keeper {
    Keeper {
        playlists: Arc::clone(library.playlists()),
        tell,
    }
}

fn sound_keeper(sounds: &Arc<OwnSounds>, tell: mpsc::Sender<Arc<Shelf>>) -> Arc<SoundKeeper> {
    let sounds = Arc::clone(sounds);
    Arc::new(SoundKeeper { sounds, tell })
}

fn program(
    facts: HostFacts,
    board: &Board,
    net: Arc<conclave_net::Counters>,
    webhooks: &Courier,
    certificate: &Certificate,
) -> Arc<Program> {
    Arc::new(Program {
        facts,
        board: board.clone(),
        net,
        webhooks: webhooks.clone(),
        certificate: certificate.clone(),
    })
}

/// The room whose extension comes first.
fn lowest(rooms: &[RoomRecord]) -> Option<RoomRecord> {
    let by_extension = |one: &&RoomRecord, other: &&RoomRecord| one.extension.cmp(&other.extension);
    rooms.iter().min_by(by_extension).cloned()
}

/// Gives the last answers and keeps the last events for webhooks, writes the last calls, then folds
/// the store's journal into its file.
async fn close(data: &Path, http: Vec<JoinHandle<()>>, writing: JoinHandle<()>, store: Arc<Store>) {
    // Whoever asks from now on is told that no server runs here. Before the store lets go of the
    // directory: the next server's socket has the same name.
    let _ = std::fs::remove_file(data.join(SOCKET_NAME));
    for listener in http {
        let _ = listener.await;
    }
    if tokio::time::timeout(LAST_WRITES, writing).await.is_err() {
        tracing::error!("some calls are missing from the call log: the disk is too slow");
    }
    store.finish().await;
    tracing::info!("stopped");
}

/// Waits for a signal, then for every call to end, but not for ever.
async fn run_until_stopped(
    mut brain: JoinHandle<()>,
    stop_brain: &watch::Sender<bool>,
    restart: &Notify,
) -> Result<Ended, String> {
    let mut ended = tokio::select! {
        () = told_to_stop() => Ended::Stopped,
        () = restart.notified() => Ended::ToStartAgain,
        end = &mut brain => return Err(format!("the brain stopped by itself: {end:?}")),
    };
    let _ = stop_brain.send(true);
    tokio::select! {
        _ = &mut brain => {}
        () = tokio::time::sleep(GOODBYE_TIME_MAX) => tracing::warn!("some calls were cut off"),
        () = told_to_stop() => {
            tracing::warn!("told to stop a second time: calls were cut off");
            ended = Ended::Stopped;
        }
    }
    // With it goes the writer's queue, whose end is waited for.
    brain.abort();
    Ok(ended)
}

fn node_config(
    settings: &Settings,
    wall: WallClock,
    library: &Library,
    own_sounds: &OwnSounds,
) -> Result<NodeConfig, String> {
    let mut config = NodeConfig::new(&settings.name, wall);
    config.srtp = settings.srtp;
    if HANDSHAKES {
        config.identity = Some(identity()?);
    }
    config.sip_domain.clone_from(&settings.sip_domain);
    config.guests = settings.guests;
    config.digest.clone_from(&settings.digest);
    config.own_networks.clone_from(&settings.guest_networks);
    config.default_language = settings.language;
    config.record_commands = settings.record_commands.keys().cloned().collect();
    config.shelf = sounds::shelf(own_sounds);
    config.playlists = library.playlists().names().map_err(|why| why.to_string())?;
    Ok(config)
}

/// Whether DTLS-SRTP is answered: not before real telephones complete it. One that shows an RSA
/// certificate does not, and is better refused at once than answered and dropped.
const HANDSHAKES: bool = false;

/// For handshakes where the sound goes; nothing of it is kept.
fn identity() -> Result<Identity, String> {
    let made = SoundCertificate::make().map_err(|why| why.to_string())?;
    Identity::new(&made.certificate, made.private_key).map_err(|why| why.to_string())
}

fn way_in(settings: &Settings) -> Result<Option<Arc<SignInService>>, String> {
    let oidc = settings.oidc.clone();
    oidc.map(|oidc| oidc::service(oidc, settings.ca_file.as_deref()))
        .transpose()
}

/// The store, with what was restored in its place, and whether the directory was empty.
async fn open_store(settings: &Settings) -> Result<(Arc<Store>, bool), String> {
    let data = &settings.data;
    let claim = Claim::take(data).map_err(|why| why.to_string())?;
    if swap_in(data).map_err(|why| why.to_string())? {
        let before = data.join(conclave_backup::BEFORE);
        let before = before.display();
        tracing::warn!("a backup was restored; what was there before is in {before}");
    }
    let is_new = !data.join(DATABASE).exists();
    let store = Store::open_claimed(claim).await;
    let store = store.map_err(|why| why.to_string())?;
    Ok((Arc::new(store), is_new))
}

async fn load_rooms(
    store: &Store,
    is_new: bool,
    now: UnixMillis,
    chance: &mut Chance,
) -> Result<Vec<RoomRecord>, String> {
    if is_new {
        let room = first_room::make(now, chance);
        store.put_room(&room).await.map_err(|why| why.to_string())?;
    }
    store.load_rooms().await.map_err(|why| why.to_string())
}

fn open_library(settings: &Settings, rooms: &[RoomRecord]) -> Result<Arc<Library>, String> {
    let folder = settings.data.join("playlists");
    let library = Library::open(&folder, settings.sounds.as_deref())
        .map_err(|why| format!("sounds: {why}"))?;
    for playlist in rooms.iter().filter_map(|room| room.music.as_ref()) {
        library.playlists().warm(playlist);
    }
    Ok(Arc::new(library))
}

fn open_own_sounds(settings: &Settings) -> Result<Arc<OwnSounds>, String> {
    let folder = settings.data.join("sounds");
    let sounds = OwnSounds::open(&folder);
    sounds
        .map(Arc::new)
        .map_err(|why| format!("{}: {why}", folder.display()))
}

/// The engine, and what it notifies when it has news for the brain.
fn start_engine(
    settings: &Settings,
    library: Arc<Library>,
) -> Result<(Engine, Arc<Notify>), String> {
    let mut bind: Vec<_> = settings.sip.iter().map(|bind| bind.address.ip()).collect();
    bind.sort();
    bind.dedup();
    let config = EngineConfig {
        workers: settings.workers,
        bind,
        ports: settings.rtp_ports.clone(),
        real_time: settings.priority == Priority::RealTime,
        ..EngineConfig::default()
    };
    let media = Arc::new(Notify::new());
    let wake = Arc::clone(&media);
    let engine = Engine::start(config, library, Box::new(move || wake.notify_one()))
        .map_err(|why| format!("media: {why}"))?;
    Ok((engine, media))
}

async fn listen_sip(
    settings: &Settings,
    certificate: &Certificate,
) -> Result<(Net, mpsc::Receiver<Arrival>), String> {
    let secrecy = tls::secrecy(settings, certificate)?;
    let bound = Net::bind_with(&settings.sip, Some(secrecy)).await;
    bound.map_err(|why| why.to_string())
}

/// The listeners of HTTP and of HTTPS.
async fn listen_web(settings: &Settings) -> Result<(Listeners, Listeners), String> {
    let http = listen_http("http", &settings.http).await?;
    Ok((http, listen_http("https", &settings.https).await?))
}

/// Every listener with the address that it really has, with the port that a 0 became.
async fn listen_http(kind: &str, addresses: &[SocketAddr]) -> Result<Listeners, String> {
    let mut listeners = Vec::with_capacity(addresses.len());
    for address in addresses {
        let refused = |why| format!("cannot listen on {kind}:{address}: {why}");
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        listeners.push((listener.local_addr().map_err(refused)?, listener));
    }
    Ok(listeners)
}

fn addresses(listeners: &[(SocketAddr, TcpListener)]) -> Vec<SocketAddr> {
    listeners.iter().map(|(address, _)| *address).collect()
}

fn serve_http(
    settings: &Settings,
    listeners: Listeners,
    (over_tls, certificate): (Listeners, &Certificate),
    backend: Backend,
) -> Result<Vec<JoinHandle<()>>, String> {
    let data = &settings.data;
    let token = Token::load_or_create(data).map_err(|why| format!("token: {why}"))?;
    let server = HttpServer::new(backend);
    let mut tasks = Vec::new();
    for (_, listener) in listeners {
        let (server, token) = (server.clone(), token.clone());
        tasks.push(tokio::spawn(async move {
            server.serve_tcp(listener, token).await
        }));
    }
    for (_, listener) in over_tls {
        let (server, token, certificate) = (server.clone(), token.clone(), certificate.clone());
        tasks.push(tokio::spawn(async move {
            server.serve_tls(listener, token, certificate).await
        }));
    }
    let socket =
        bind_unix(data).map_err(|why| format!("the socket in {}: {why}", data.display()))?;
    tasks.push(tokio::spawn(async move { server.serve_unix(socket).await }));
    Ok(tasks)
}

fn facts(
    settings: &Settings,
    bound: &[Bind],
    [http, https]: &[Vec<SocketAddr>; 2],
    started_at: UnixMillis,
) -> HostFacts {
    HostFacts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at,
        sip: bound.iter().map(ToString::to_string).collect(),
        http: http.iter().map(ToString::to_string).collect(),
        https: https.iter().map(ToString::to_string).collect(),
        rtp_ports: format!(
            "{}-{}",
            settings.rtp_ports.start(),
            settings.rtp_ports.end()
        ),
        public: settings.public.clone(),
        recordings_kept: settings.recordings,
        record_commands: settings
            .record_commands
            .keys()
            .map(ToString::to_string)
            .collect(),
    }
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    let Ok(mut terminate) = terminate else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

pub fn now() -> UnixMillis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

fn entropy() -> Result<[u8; 32], String> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|why| io::Error::other(why.to_string()))
        .map_err(|why| format!("the system gives no randomness: {why}"))?;
    Ok(seed)
}

/// Each with the address that it really has.
type Listeners = Vec<(SocketAddr, TcpListener)>;

/// Where the echo test is from the start.
const ECHO: &str = "899";
const DATABASE: &str = "conclave.db";
const PLAYLIST_CHANGES_WAITING: usize = 16;
/// Every BYE is answered or given up (32 s, 64·T1 of RFC 3261), but nobody waits that long.
const GOODBYE_TIME_MAX: Duration = Duration::from_secs(8);
/// A healthy disk needs milliseconds.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// The code with which somebody becomes the first user from another machine; none when there is a
/// user already.
async fn first_code(store: &Store, codes: &OneTimeCodes) -> Result<Option<String>, String> {
    let users = store.load_users().await.map_err(|why| why.to_string())?;
    if !users.is_empty() {
        return Ok(None);
    }
    let code = codes.make(now()).map_err(|why| why.to_string())?;
    Ok(Some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_of_0_is_told_as_the_one_it_became() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listening = listen_http("http", &[any, any]).await.unwrap();
        let ports: Vec<u16> = listening
            .iter()
            .map(|(address, _)| address.port())
            .collect();
        assert!(ports.iter().all(|port| *port != 0), "{ports:?}");
        let taken = listening[0].0;
        let error = listen_http("http", &[taken]).await.unwrap_err();
        assert!(
            error.starts_with(&format!("cannot listen on http:{taken}")),
            "{error}"
        );
    }
}
