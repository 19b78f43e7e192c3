//! The description of the API (OpenAPI 3.1), derived from the handlers themselves.

use std::sync::LazyLock;

use axum::Json;
use axum::response::IntoResponse;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, SecurityRequirement};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::backend::Web;
use crate::cookie;
use crate::explained::explained;
use crate::{
    audit_log, backup, calls, deliveries, events, extensions, happened, invitation, live, menus,
    oidc, operations, options, phones, playlists, profiles, prompts, recordings, registrations,
    restore, rooms, sign_in, sounds, tokens, trunks, uploads, users, waiting, webhooks,
};

/// The description as it is served and kept in `docs/openapi.json`.
#[must_use]
pub fn openapi() -> OpenApi {
    explained(described_routes().split_for_parts().1)
}

/// Every route that is described, and its description.
pub(crate) fn described_routes() -> OpenApiRouter<Web> {
    let api = OpenApiRouter::new()
        .routes(routes!(rooms::list_rooms, rooms::create_room))
        .routes(routes!(
            rooms::show_room,
            rooms::update_room,
            rooms::delete_room
        ))
        .routes(routes!(rooms::show_pin, rooms::new_pin, rooms::clear_pin))
        .routes(routes!(invitation::show_invitation))
        .routes(routes!(options::check))
        .merge(named_routes())
        .routes(routes!(live::show_live, live::set_live, live::end_live))
        .routes(routes!(live::list_participants))
        .routes(routes!(
            live::show_participant,
            live::set_participant,
            live::remove_participant
        ))
        .routes(routes!(prompts::list_announcements, live::announce))
        .routes(routes!(happened::list_happened))
        .routes(routes!(waiting::list_waiting))
        .routes(routes!(waiting::admit, waiting::turn_away))
        .routes(routes!(live::list_live))
        .routes(routes!(registrations::list_registrations))
        .routes(routes!(registrations::show_registration))
        .routes(routes!(calls::list_calls))
        .routes(routes!(calls::show_call))
        .routes(routes!(calls::trace_call))
        .routes(routes!(recordings::list_recordings))
        .routes(routes!(
            recordings::show_recording,
            recordings::delete_recording
        ))
        .routes(routes!(recordings::recording_media))
        .routes(routes!(recordings::recording_waveform))
        .routes(routes!(
            playlists::list_playlists,
            playlists::create_playlist
        ))
        .routes(routes!(
            playlists::show_playlist,
            playlists::update_playlist,
            playlists::delete_playlist
        ))
        .routes(routes!(uploads::add_track))
        .routes(routes!(playlists::rename_track, playlists::delete_track))
        .routes(routes!(playlists::listen_to_track))
        .routes(routes!(prompts::list_prompts))
        .routes(routes!(prompts::replace_prompt, prompts::restore_prompt))
        .routes(routes!(prompts::listen_to_prompt))
        .routes(routes!(sounds::list_sounds))
        .routes(routes!(
            sounds::put_sound,
            sounds::rename_sound,
            sounds::delete_sound
        ))
        .routes(routes!(sounds::listen_to_sound))
        .routes(routes!(operations::status))
        .routes(routes!(events::follow_events))
        .merge(settings_routes());
    OpenApiRouter::with_openapi(frame())
        .nest("/api/v1", api)
        .routes(routes!(operations::healthz))
        .routes(routes!(operations::readyz))
        .routes(routes!(operations::metrics))
}

/// What keys do, and options with a name.
fn named_routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(menus::list_menus, menus::create_menu))
        .routes(routes!(menus::try_menu))
        .routes(routes!(
            menus::show_menu,
            menus::update_menu,
            menus::delete_menu
        ))
        .routes(routes!(phones::list_phones, phones::create_phone))
        .routes(routes!(
            phones::show_phone,
            phones::update_phone,
            phones::delete_phone
        ))
        .routes(routes!(phones::new_phone_password))
        .routes(routes!(phones::list_phone_registrations))
        .routes(routes!(extensions::list_extensions))
        .routes(routes!(
            extensions::put_extension,
            extensions::delete_extension
        ))
        .routes(routes!(trunks::list_trunks, trunks::create_trunk))
        .routes(routes!(
            trunks::show_trunk,
            trunks::update_trunk,
            trunks::delete_trunk
        ))
        .routes(routes!(trunks::test_trunk))
        .routes(routes!(trunks::list_trunk_templates))
        .routes(routes!(profiles::list_profiles, profiles::create_profile))
        .routes(routes!(
            profiles::show_profile,
            profiles::update_profile,
            profiles::delete_profile
        ))
}

/// Who may come in, and who is told what happens.
fn settings_routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::show_setup, sign_in::set_up))
        .routes(routes!(
            sign_in::show_session,
            sign_in::sign_in,
            sign_in::sign_out
        ))
        .routes(routes!(sign_in::make_code))
        .routes(routes!(oidc::begin_oidc))
        .routes(routes!(oidc::finish_oidc))
        .routes(routes!(users::list_users, users::create_user))
        .routes(routes!(
            users::show_user,
            users::update_user,
            users::delete_user
        ))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::delete_token))
        .routes(routes!(audit_log::list_audit))
        .routes(routes!(webhooks::list_webhooks, webhooks::create_webhook))
        .routes(routes!(
            webhooks::show_webhook,
            webhooks::update_webhook,
            webhooks::delete_webhook
        ))
        .routes(routes!(webhooks::new_webhook_secret))
        .routes(routes!(deliveries::test_webhook))
        .routes(routes!(deliveries::list_deliveries))
        .routes(routes!(deliveries::redeliver))
        .routes(routes!(backup::make_backup))
        .routes(routes!(backup::show_backups))
        .routes(routes!(restore::restore))
}

pub(crate) async fn serve_openapi() -> impl IntoResponse {
    static SAID: LazyLock<OpenApi> = LazyLock::new(openapi);
    Json(&*SAID)
}

fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Conclave")
        .version("1")
        .description(Some(DESCRIPTION))
        .build();
    let mut frame = OpenApi::new(info, utoipa::openapi::Paths::new());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    frame
        .components
        .get_or_insert_default()
        .add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description(cookie::NAME, "Given at `POST /api/v1/session`");
    frame
        .components
        .get_or_insert_default()
        .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let either = ["token", "session"];
    let either = either.map(|way| SecurityRequirement::new::<_, [&str; 0], &str>(way, []));
    frame.security = Some(either.to_vec());
    frame
}

const DESCRIPTION: &str = "Conference rooms that any telephone can dial. \
    Browsers sign in and get a cookie; with it, whatever changes something needs the `csrf` of the \
    session in the header `X-Conclave-CSRF`. Programs send a token. The one in the file `token` of \
    the data directory may do everything, and so may whoever opens the socket `conclave.sock` \
    beside it. \
    Every refusal is a problem (RFC 9457) that names each wrong field.";
