//! What one node is told when it starts; reads no file.

use std::ops::RangeInclusive;
use std::sync::Arc;

use conclave_dtls::Identity;
use conclave_model::confbridge::{MenuRecord, ProfileRecord, ProgramName};
use conclave_model::{
    BlockRecord, DigestAlgorithm, Guests, Language, Network, NumberingRecord, PhoneRecord,
    PlaylistName, RegistrationRecord, ServiceExtension, SrtpPolicy, TrunkRecord, WallClock, limits,
};
use conclave_room::Shelf;

/// Everything the brain must know of its surroundings.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// Who we say we are in `Server` and in the session description.
    pub name: String,
    /// Spoken where nothing says which language the caller wants.
    pub default_language: Language,
    /// Ties `now` to the time of day, for people.
    pub wall: WallClock,
    /// Where the next free extension is looked for when a new room names none.
    pub extension_pool: RangeInclusive<u64>,
    /// Calls at once; one more is refused with 503.
    pub calls_max: usize,
    /// The playlists that exist; `Input::Playlists` replaces the list later.
    pub playlists: Vec<PlaylistName>,
    /// The operator's sounds; `Input::Sounds` replaces them later.
    pub shelf: Arc<Shelf>,
    /// The numbers that are no room, as the store has them.
    pub extensions: Vec<ServiceExtension>,
    /// The menus of keys as the store has them.
    pub menus: Vec<MenuRecord>,
    /// The profiles of options as the store has them.
    pub profiles: Vec<ProfileRecord>,
    /// The accounts of telephones as the store has them.
    pub phones: Vec<PhoneRecord>,
    /// Where those were to be found before a restart.
    pub registrations: Vec<RegistrationRecord>,
    /// The realm that telephones prove their passwords for.
    pub sip_domain: String,
    /// How they prove them, the way we like best first.
    pub digest: Vec<DigestAlgorithm>,
    /// Who may call without an account.
    pub guests: Guests,
    /// Other telephone systems and carriers, as the store has them.
    pub trunks: Vec<TrunkRecord>,
    /// Where numbers from outside lead, as the store has it.
    pub numbers: Vec<NumberingRecord>,
    /// Networks whose callers are neighbours, beside the private ones.
    pub own_networks: Vec<Network>,
    /// Neighbours are paced and blocked as strangers are: everybody is one where a proxy or a
    /// router that hides addresses stands in front.
    pub guard_neighbours: bool,
    /// Who is not heard, as the store has it.
    pub blocks: Vec<BlockRecord>,
    /// Whether sound is encrypted, where nothing else is said of the caller.
    pub srtp: SrtpPolicy,
    /// What is shown where keys are agreed on with the sound (DTLS-SRTP); without it they are not.
    pub identity: Option<Identity>,
    /// What `record_command` may name.
    pub record_commands: Vec<ProgramName>,
}

impl NodeConfig {
    /// A node of this name with every other setting at its default.
    #[must_use]
    pub fn new(name: &str, wall: WallClock) -> Self {
        Self {
            name: name.to_owned(),
            default_language: Language::English,
            wall,
            extension_pool: EXTENSION_POOL,
            calls_max: limits::CALLS,
            playlists: vec![PlaylistName::built_in()],
            shelf: Arc::default(),
            extensions: Vec::new(),
            menus: Vec::new(),
            profiles: Vec::new(),
            phones: Vec::new(),
            registrations: Vec::new(),
            sip_domain: name.to_owned(),
            digest: DigestAlgorithm::ALL.to_vec(),
            guests: Guests::default(),
            trunks: Vec::new(),
            numbers: Vec::new(),
            own_networks: Vec::new(),
            guard_neighbours: false,
            blocks: Vec::new(),
            srtp: SrtpPolicy::default(),
            identity: None,
            record_commands: Vec::new(),
        }
    }
}

/// Three digits as the house has always had them; above 899 the search goes on with four.
const EXTENSION_POOL: RangeInclusive<u64> = 800..=99_999;
