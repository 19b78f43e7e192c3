//! A server whose brain is a list of rooms: enough to see what the web face makes of it.

#![allow(clippy::unwrap_used, dead_code)] // A test may fail; each test program has its own copy.

mod phones;
pub mod trunks;

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request as HttpRequest, StatusCode};
use conclave_api::{
    Counts, DoorName, ExtensionView, LiveView, MenuView, NowView, ParticipantKey, ParticipantView,
    PinRoleName, PinView, PinWish, PlaylistView, Problem, ProblemKind, ProfileKey, ProfileRequest,
    ProfileView, PromptSpoken, PromptView, Request, Response, RoomView, SoundView, TrackView,
    WaitingStep, WaitingView, rfc3339,
};
use conclave_fetch::{Fetcher, Networks, Trust};
use conclave_hooks::Courier;
use conclave_model::confbridge::{MenuPreset, MenuRecord, ProfileRecord};
use conclave_model::{
    Chance, Codec, Language, PersonalPin, Pin, PinOf, PinRole, PlaylistName, Prompt, RoomId,
    RoomRecord, ServiceExtension, SoundFileName, UnixMillis,
};
use conclave_store::Store;
use conclave_web::{
    Ask, Backend, BrainHandle, EventHub, Host, HostFacts, HttpServer, Metric, PlaylistError,
    Playlists, Prompts, Sounds,
};
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;

pub struct Server {
    pub http: HttpServer,
    pub router: Router,
    pub backend: Backend,
    pub dir: TempDir,
    pub closing: watch::Sender<bool>,
    pub asked: Arc<Mutex<Vec<Request>>>,
}

pub async fn server() -> Server {
    let (brain, asks) = BrainHandle::channel();
    let asked = Arc::<Mutex<Vec<Request>>>::default();
    tokio::spawn(think(asks, asked.clone()));
    server_with(brain, asked).await
}

pub async fn server_with(brain: BrainHandle, asked: Arc<Mutex<Vec<Request>>>) -> Server {
    let dir = tempfile::tempdir().unwrap();
    let (closing, closed) = watch::channel(false);
    let store = Arc::new(Store::open(dir.path()).await.unwrap());
    let backend = Backend {
        codes: conclave_web::OneTimeCodes::default(),
        oidc: None,
        webhooks: courier(store.clone()),
        brain,
        store,
        playlists: Arc::new(FakePlaylists::default()),
        prompts: Arc::new(FakePrompts::default()),
        sounds: Arc::new(FakeSounds::default()),
        events: EventHub::new(UnixMillis(1_000)),
        host: Arc::new(FakeHost),
        upload_dir: dir.path().to_owned(),
        restart: Arc::default(),
        closing: closed,
    };
    let http = HttpServer::new(backend.clone());
    Server {
        router: http.router(None),
        http,
        backend,
        dir,
        closing,
        asked,
    }
}

fn courier(store: Arc<Store>) -> Courier {
    let patience = std::time::Duration::from_secs(20);
    let fetcher = Fetcher::new(Networks::Private, Trust::nobody(), patience);
    let chance = Chance::from_seed([2; 32]);
    let now = Arc::new(|| UnixMillis(1_800_000_000_000));
    Courier::new(store, fetcher, chance, now, Box::new(|_| {}))
}

pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The problem, and the fields it names.
    pub fn problem(&self) -> (u16, Vec<String>) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let problem: Problem = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem.status, self.status);
        let fields = problem.errors.into_iter().map(|wrong| wrong.field);
        (problem.status, fields.collect())
    }
}

impl Server {
    pub async fn send(&self, request: HttpRequest<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Got {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send(request("GET", path, &[], Body::empty())).await
    }

    pub async fn json(&self, method: &str, path: &str, body: &Value) -> Got {
        self.json_with(method, path, body, &[]).await
    }

    pub async fn json_with(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Got {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/json"));
        self.send(request(
            method,
            path,
            &headers,
            Body::from(body.to_string()),
        ))
        .await
    }

    pub fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

pub fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> HttpRequest<Body> {
    let mut request = HttpRequest::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}

pub fn status(got: &Got) -> StatusCode {
    StatusCode::from_u16(got.status).unwrap()
}

/// Answers one request after the other from a list of rooms.
async fn think(mut asks: mpsc::Receiver<Ask>, asked: Arc<Mutex<Vec<Request>>>) {
    let (mut rooms, mut menus, mut profiles) = (Vec::new(), Vec::new(), Vec::new());
    let (mut extensions, mut phones, mut trunks) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(Ask { request, reply, .. }) = asks.recv().await {
        asked.lock().unwrap().push(request.clone());
        let answer = if let Request::Profile(asked) = request {
            answer_profile(&mut profiles, asked)
        } else if let Request::Phone(asked) = request {
            phones::answer(&mut phones, asked)
        } else if let Request::Trunk(asked) = request {
            trunks::answer_trunk(&mut trunks, asked)
        } else if let Some(answer) = answer_extension(&mut extensions, &request) {
            answer
        } else {
            answer(&mut rooms, &mut menus, request)
        };
        let _ = reply.send(answer);
    }
}

/// The same for profiles.
fn answer_profile(
    profiles: &mut Vec<ProfileRecord>,
    asked: ProfileRequest,
) -> Result<Response, Problem> {
    let view = |one: &ProfileRecord| Response::Profile(ProfileView::of(one, Vec::new()));
    let unknown = || Problem::new(ProblemKind::NotFound, "there is no such profile");
    let is =
        |one: &ProfileRecord, key: &ProfileKey| one.section == key.section && one.name == key.name;
    match asked {
        ProfileRequest::List => {
            let views = profiles.iter().map(|one| ProfileView::of(one, Vec::new()));
            Ok(Response::Profiles(views.collect()))
        }
        ProfileRequest::Show(key) => {
            let found = profiles.iter().find(|one| is(one, &key));
            found.map(view).ok_or_else(unknown)
        }
        ProfileRequest::Create { key, text } => {
            profiles.push(ProfileRecord {
                section: key.section,
                name: key.name,
                text: text.into(),
                created_at: UnixMillis(0),
                version: 1,
            });
            profiles.last().map(view).ok_or_else(unknown)
        }
        ProfileRequest::Update { key, change, .. } => {
            let found = profiles.iter_mut().find(|one| is(one, &key));
            found.ok_or_else(unknown).map(|one| {
                one.text = change.text.map_or(one.text.clone(), Into::into);
                one.name = change.name.unwrap_or(one.name.clone());
                one.version += 1;
                view(one)
            })
        }
        ProfileRequest::Delete { key, .. } => {
            profiles.retain(|one| !is(one, &key));
            Ok(Response::Done)
        }
    }
}

/// The same for numbers that are no room.
fn answer_extension(
    extensions: &mut Vec<ServiceExtension>,
    request: &Request,
) -> Option<Result<Response, Problem>> {
    let answer = if let Request::ListExtensions = request {
        let all = extensions.iter().map(ExtensionView::of).collect();
        Ok(Response::Extensions(all))
    } else if let Request::PutExtension { extension, service } = request {
        extensions.retain(|one| one.extension != *extension);
        let record = ServiceExtension {
            extension: extension.clone(),
            service: service.clone(),
            created_at: UnixMillis(0),
        };
        extensions.push(record.clone());
        Ok(Response::Extension(ExtensionView::of(&record)))
    } else if let Request::DeleteExtension(extension) = request {
        let before = extensions.len();
        extensions.retain(|one| one.extension != *extension);
        let unknown = || Problem::not_found("there is no such number");
        let is_gone = extensions.len() < before;
        is_gone.then_some(Response::Done).ok_or_else(unknown)
    } else {
        return None;
    };
    Some(answer)
}

/// As the brain would, as far as it shows. `None`: it is of something else.
fn answer_menu(
    menus: &mut Vec<MenuRecord>,
    request: &Request,
) -> Option<Result<Response, Problem>> {
    let view = |menu: &MenuRecord| Response::Menu(MenuView::of(menu, Vec::new()));
    let unknown = || Problem::new(ProblemKind::NotFound, "there is no such menu");
    let answer = if let Request::ShowMenu(name) = request {
        let menu = menus.iter().find(|menu| menu.name == *name);
        menu.map(view).ok_or_else(unknown)
    } else if let Request::CreateMenu { name, text } = request {
        let menu = MenuRecord::new(name.clone(), text, UnixMillis(0)).unwrap();
        menus.push(menu.clone());
        Ok(view(&menu))
    } else if let Request::UpdateMenu { name, change, .. } = request {
        let menu = menus.iter_mut().find(|menu| menu.name == *name);
        menu.ok_or_else(unknown).map(|menu| {
            let text = change.text.as_deref().unwrap_or(&menu.text);
            *menu = menu.with_text(text).unwrap();
            menu.name = change.name.clone().unwrap_or(menu.name.clone());
            view(menu)
        })
    } else if let Request::DeleteMenu { name, .. } = request {
        menus.retain(|menu| menu.name != *name);
        Ok(Response::Done)
    } else if let Request::ListMenus = request {
        let presets = MenuPreset::ALL.into_iter();
        let presets = presets.map(|preset| MenuView::of_preset(preset, Vec::new()));
        let own = menus.iter().map(|menu| MenuView::of(menu, Vec::new()));
        Ok(Response::Menus(presets.chain(own).collect()))
    } else {
        return None;
    };
    Some(answer)
}

fn answer(
    rooms: &mut Vec<RoomRecord>,
    menus: &mut Vec<MenuRecord>,
    request: Request,
) -> Result<Response, Problem> {
    if let Some(answer) = answer_menu(menus, &request) {
        return answer;
    }
    match request {
        Request::ListRooms { .. } => {
            rooms.sort_by_key(|room| (room.extension.as_str().len(), room.extension.clone()));
            Ok(Response::Rooms(rooms.iter().map(RoomView::of).collect()))
        }
        Request::CreateRoom(draft) => {
            let extension = draft.extension.unwrap_or_else(|| "801".parse().unwrap());
            if rooms.iter().any(|room| room.extension == extension) {
                return Err(Problem::conflict("the extension is taken"));
            }
            let room = RoomRecord {
                id: RoomId::mint(
                    UnixMillis(rooms.len() as u64),
                    &mut Chance::from_seed([1; 32]),
                ),
                title: draft.title,
                extension,
                message: draft.message,
                music: draft.music.unwrap_or(Some(PlaylistName::built_in())),
                pin: draft.pin.unwrap_or_else(generated),
                more_pins: conclave_model::MorePins::default(),
                language: draft.language,
                options: draft.options,
                user_options: draft.user_options,
                keypad: draft.keypad,
                moderator_keypad: draft.moderator_keypad,
                created_at: UnixMillis(0),
                version: 1,
            };
            rooms.push(room.clone());
            Ok(Response::RoomCreated(RoomView::with_pin(&room)))
        }
        Request::ShowRoom(key) => Ok(Response::Room(RoomView::of(key.find(&*rooms)?))),
        Request::UpdateRoom {
            key,
            patch,
            if_version,
        } => update_room(rooms, &key, patch, if_version),
        Request::DeleteRoom { key, .. } => {
            let id = key.find(&*rooms)?.id;
            rooms.retain(|room| room.id != id);
            Ok(Response::Done)
        }
        Request::ShowPin(key) => Ok(Response::Pin(PinView::of(key.find(&*rooms)?))),
        Request::NewPin { key, new } => {
            let role = new.role.unwrap_or_default();
            let pin = match new.pin {
                PinWish::These(pin) => Some(pin),
                PinWish::Generated | PinWish::Kept => generated(),
            };
            set_pin(rooms, &key, new.of, role, pin)
        }
        Request::ClearPin { key, of } => set_pin(rooms, &key, of, PinRole::Member, None),
        Request::ListRegistrations { .. } => Ok(Response::Registrations(Vec::new())),
        Request::ListLive => Ok(Response::Now(NowView {
            items: Vec::new(),
            attention: Vec::new(),
            participants: 0,
            load: conclave_api::LoadState::Normal,
        })),
        Request::ShowLive(key) | Request::SetLive { key, .. } => {
            Ok(Response::Live(live(key.find(&*rooms)?)))
        }
        Request::EndLive(key)
        | Request::Announce { key, .. }
        | Request::Admit { key, .. }
        | Request::TurnAway { key, .. } => key.find(&*rooms).map(|_| Response::Done),
        Request::ShowParticipant { key, who }
        | Request::SetParticipant { key, who, .. }
        | Request::RemoveParticipant { key, who } => participant(key.find(&*rooms)?, &who),
        Request::ListMenus
        | Request::ShowMenu(_)
        | Request::ListExtensions
        | Request::PutExtension { .. }
        | Request::DeleteExtension(_)
        | Request::Profile(_)
        | Request::Phone(_)
        | Request::Trunk(_)
        | Request::CreateMenu { .. }
        | Request::UpdateMenu { .. }
        | Request::DeleteMenu { .. } => unreachable!("answered above"),
        Request::Status => Ok(Response::Counts(Counts {
            rooms: rooms.len() as u64,
            rooms_live: 1,
            participants: 2,
            calls: 3,
            calls_max: 9_000,
            load: conclave_api::LoadState::Normal,
        })),
    }
}

fn participant(room: &RoomRecord, who: &ParticipantKey) -> Result<Response, Problem> {
    let mut live = live(room);
    live.participants.retain(|one| one.id == who.as_str());
    let found = live.participants.pop().ok_or_else(|| who.unknown())?;
    Ok(Response::Participant(found))
}

fn update_room(
    rooms: &mut Vec<RoomRecord>,
    key: &conclave_api::RoomKey,
    patch: conclave_model::RoomPatch,
    if_version: Option<u64>,
) -> Result<Response, Problem> {
    let old = key.find(&*rooms)?.clone();
    if if_version.is_some_and(|version| version != old.version) {
        return Err(Problem::new(
            ProblemKind::VersionMismatch,
            "there is a newer one",
        ));
    }
    let new = patch.apply_to(&old);
    rooms.retain(|room| room.id != old.id);
    rooms.push(new.clone());
    Ok(Response::Room(RoomView::of(&new)))
}

fn generated() -> Option<Pin> {
    Some("627184".parse().unwrap())
}

fn set_pin(
    rooms: &mut [RoomRecord],
    key: &conclave_api::RoomKey,
    of: PinOf,
    role: PinRole,
    pin: Option<Pin>,
) -> Result<Response, Problem> {
    let id = key.find(&*rooms)?.id;
    let room = rooms.iter_mut().find(|room| room.id == id).unwrap();
    match (of, pin) {
        (PinOf::Room, pin) => room.pin = pin,
        (PinOf::Moderator, pin) => room.more_pins.moderator = pin,
        (PinOf::Person(name), Some(pin)) => room.more_pins.give(PersonalPin {
            name,
            role,
            pin,
            profile: None,
        }),
        (PinOf::Person(name), None) => room.more_pins.personal.retain(|one| one.name != name),
    }
    room.version += 1;
    Ok(Response::Pin(PinView::of(room)))
}

fn live(room: &RoomRecord) -> LiveView {
    LiveView {
        room: room.id.to_string(),
        title: room.title.to_string(),
        extension: room.extension.to_string(),
        started_at: Some(rfc3339(UnixMillis(0))),
        locked: false,
        muted: false,
        recording: None,
        participants: vec![ParticipantView {
            id: "ann".to_owned(),
            call: "ca_1".to_owned(),
            name: Some("Ann".to_owned()),
            number: "+491715550889".to_owned(),
            door: DoorName::Phone,
            transport: "udp".to_owned(),
            role: PinRoleName::Moderator,
            leader: true,
            joined_at: rfc3339(UnixMillis(0)),
            muted: false,
            muted_by: None,
            talking: false,
            talk_seconds: 0,
            hand_raised_at: None,
            video: None,
            volume_db: 0,
            held: false,
            away: false,
            codec: Some("G722".to_owned()),
            encryption: Some("SDES AES_CM_128_HMAC_SHA1_80".to_owned()),
            quality: None,
        }],
        waiting: vec![WaitingView {
            id: "pa_2".to_owned(),
            call: "ca_2".to_owned(),
            name: Some("Bob".to_owned()),
            number: "+491715550112".to_owned(),
            door: DoorName::Phone,
            since: rfc3339(UnixMillis(0)),
            step: WaitingStep::Pin,
            pins_wrong: 0,
        }],
    }
}

struct FakeHost;

impl Host for FakeHost {
    fn facts(&self) -> HostFacts {
        HostFacts {
            version: "0.1.0".to_owned(),
            started_at: UnixMillis(0),
            sip: vec!["udp:127.0.0.1:5060".to_owned()],
            http: Vec::new(),
            https: Vec::new(),
            rtp_ports: "20000-29999".to_owned(),
            public: conclave_web::PublicNames {
                host: None,
                number: Some("+4999129691".to_owned()),
            },
            recordings_kept: std::time::Duration::from_secs(86_400),
            record_commands: vec!["archive".to_owned()],
        }
    }

    fn not_ready(&self) -> Option<String> {
        None
    }

    fn certificate(&self) -> Option<conclave_api::CertificateView> {
        Some(conclave_api::CertificateView {
            source: conclave_api::CertificateSource::SelfSigned,
            names: vec!["conf.test".to_owned()],
            issuer: "CN=Conclave".to_owned(),
            from: "2026-01-01T00:00:00Z".to_owned(),
            until: "2028-01-01T00:00:00Z".to_owned(),
            fingerprint: "5B:9E".to_owned(),
            problem: None,
        })
    }

    fn metrics(&self) -> Vec<Metric> {
        vec![Metric::counter(
            "conclave_mix_late_ticks_total",
            "Late ticks.",
            5,
        )]
    }
}

/// One playlist, `jazz`, that takes any file but one that begins with `noise`.
#[derive(Default)]
pub struct FakePlaylists {
    tracks: Mutex<Vec<TrackView>>,
}

impl Playlists for FakePlaylists {
    fn list(&self) -> Result<Vec<PlaylistView>, PlaylistError> {
        Ok(vec![PlaylistView {
            name: "jazz".to_owned(),
            built_in: false,
            tracks: self.tracks.lock().unwrap().clone(),
            rooms: Vec::new(),
        }])
    }

    fn create(&self, name: &PlaylistName) -> Result<PlaylistView, PlaylistError> {
        match name.as_str() {
            "jazz" => Err(PlaylistError::PlaylistExists),
            "panic" => panic!("on purpose"),
            _ => Ok(PlaylistView {
                name: name.to_string(),
                built_in: false,
                tracks: Vec::new(),
                rooms: Vec::new(),
            }),
        }
    }

    fn add_track(
        &self,
        _: &PlaylistName,
        track: &str,
        upload: &Path,
    ) -> Result<TrackView, PlaylistError> {
        let bytes = std::fs::read(upload).unwrap();
        if bytes.starts_with(b"noise") {
            return Err(PlaylistError::NotSound("no known format".to_owned()));
        }
        let track = TrackView {
            name: track.to_owned(),
            seconds: f64::from(u32::try_from(bytes.len()).unwrap()),
            bytes: bytes.len() as u64,
            loudness_lufs: Some(-18.0),
            fault: None,
        };
        self.tracks.lock().unwrap().push(track.clone());
        Ok(track)
    }

    fn remove_track(&self, _: &PlaylistName, track: &str) -> Result<(), PlaylistError> {
        let mut tracks = self.tracks.lock().unwrap();
        let position = tracks.iter().position(|one| one.name == track);
        tracks.remove(position.ok_or(PlaylistError::NoSuchTrack)?);
        Ok(())
    }

    fn set_order(
        &self,
        name: &PlaylistName,
        tracks: &[String],
    ) -> Result<PlaylistView, PlaylistError> {
        let mut kept = self.tracks.lock().unwrap();
        if let Some(_unknown) = tracks
            .iter()
            .find(|name| !kept.iter().any(|track| track.name == **name))
        {
            return Err(PlaylistError::NoSuchTrack);
        }
        kept.sort_by_key(|track| tracks.iter().position(|name| *name == track.name));
        Ok(PlaylistView {
            name: name.to_string(),
            built_in: false,
            tracks: kept.clone(),
            rooms: Vec::new(),
        })
    }

    fn rename_track(
        &self,
        _: &PlaylistName,
        track: &str,
        new: &str,
    ) -> Result<TrackView, PlaylistError> {
        let mut tracks = self.tracks.lock().unwrap();
        let found = tracks.iter_mut().find(|one| one.name == track);
        let found = found.ok_or(PlaylistError::NoSuchTrack)?;
        new.clone_into(&mut found.name);
        Ok(found.clone())
    }

    fn listen(
        &self,
        _: &PlaylistName,
        track: &str,
        codec: Codec,
    ) -> Result<Vec<u8>, PlaylistError> {
        Ok(format!("RIFF {track} {}", codec.name()).into_bytes())
    }

    fn remove(&self, name: &PlaylistName) -> Result<(), PlaylistError> {
        match name.as_str() {
            "jazz" => Ok(()),
            "default" => Err(PlaylistError::BuiltIn),
            _ => Err(PlaylistError::NoSuchPlaylist),
        }
    }
}

/// Every prompt says its own name.
#[derive(Default)]
pub struct FakePrompts {
    replaced: Mutex<Vec<Prompt>>,
}

impl FakePrompts {
    fn spoken(&self, prompt: Prompt, language: Language) -> PromptSpoken {
        PromptSpoken {
            language: language.tag().to_owned(),
            text: Some(prompt.file_stem()),
            replaced: self.replaced.lock().unwrap().contains(&prompt),
            seconds: 1.0,
        }
    }
}

impl Prompts for FakePrompts {
    fn list(&self) -> Vec<PromptView> {
        let view = |prompt: Prompt| PromptView {
            name: prompt.file_stem(),
            spoken: Language::ALL.map(|one| self.spoken(prompt, one)).to_vec(),
        };
        Prompt::all().map(view).collect()
    }

    fn listen(
        &self,
        prompt: Prompt,
        language: Language,
        codec: Codec,
    ) -> Result<Vec<u8>, PlaylistError> {
        let said = format!("RIFF {} {language} {}", prompt.file_stem(), codec.name());
        Ok(said.into_bytes())
    }

    fn replace(
        &self,
        prompt: Prompt,
        language: Language,
        upload: &Path,
    ) -> Result<PromptSpoken, PlaylistError> {
        if std::fs::read(upload).unwrap().starts_with(b"noise") {
            return Err(PlaylistError::NotSound("no known format".to_owned()));
        }
        self.replaced.lock().unwrap().push(prompt);
        Ok(self.spoken(prompt, language))
    }

    fn restore(&self, prompt: Prompt, _: Language) -> Result<(), PlaylistError> {
        self.replaced.lock().unwrap().retain(|one| *one != prompt);
        Ok(())
    }
}

/// Sounds in memory: every upload that does not begin with `noise` lasts a second.
#[derive(Default)]
struct FakeSounds {
    kept: Mutex<std::collections::BTreeSet<SoundFileName>>,
}

fn sound_view(name: &SoundFileName) -> SoundView {
    SoundView {
        name: name.to_string(),
        seconds: 1.0,
        bytes: 5,
        fault: None,
        rooms: Vec::new(),
    }
}

impl Sounds for FakeSounds {
    fn list(&self) -> Vec<SoundView> {
        self.kept.lock().unwrap().iter().map(sound_view).collect()
    }

    fn put(&self, name: &SoundFileName, upload: &Path) -> Result<SoundView, PlaylistError> {
        if std::fs::read(upload).unwrap().starts_with(b"noise") {
            return Err(PlaylistError::NotSound("no known format".to_owned()));
        }
        self.kept.lock().unwrap().insert(name.clone());
        Ok(sound_view(name))
    }

    fn rename(
        &self,
        name: &SoundFileName,
        new: &SoundFileName,
    ) -> Result<SoundView, PlaylistError> {
        let mut kept = self.kept.lock().unwrap();
        if !kept.remove(name) {
            return Err(PlaylistError::NoSuchSound);
        }
        kept.insert(new.clone());
        Ok(sound_view(new))
    }

    fn listen(&self, name: &SoundFileName, codec: Codec) -> Result<Vec<u8>, PlaylistError> {
        if !self.kept.lock().unwrap().contains(name) {
            return Err(PlaylistError::NoSuchSound);
        }
        Ok(format!("RIFF {name} {}", codec.name()).into_bytes())
    }

    fn remove(&self, name: &SoundFileName) -> Result<(), PlaylistError> {
        let was_there = self.kept.lock().unwrap().remove(name);
        was_there.then_some(()).ok_or(PlaylistError::NoSuchSound)
    }
}
