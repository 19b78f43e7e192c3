//! Trunks survive a restart, with every setting and their password.

#![allow(clippy::unwrap_used)] // A test may fail.

use conclave_model::{Chance, TrunkHost, TrunkRecord, TrunkSetting, UnixMillis};
use conclave_store::Store;

fn trunk(seed: u8) -> TrunkRecord {
    let mut chance = Chance::from_seed([seed; 32]);
    let host = TrunkHost::read("host", "pbx.example").unwrap();
    let at = UnixMillis(u64::from(seed));
    TrunkRecord::new("PBX".parse().unwrap(), host, at, &mut chance)
}

#[tokio::test]
async fn a_trunk_survives_a_restart_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let plain = trunk(1);
    let mut full = trunk(2);
    for (name, text) in [
        ("name", "Carrier"),
        ("kind", "registering"),
        ("user", "+4999129691"),
        ("secret", " open, \"sesame\" "),
        ("allowed", "192.0.2.0/28,2001:db8::/64"),
        ("outbound_proxy", "edge.example:5080"),
        ("target", "801"),
        ("max_calls", "30"),
    ] {
        let setting = TrunkSetting::from_name(name).unwrap();
        setting.set(&mut full, text).unwrap();
    }
    store.put_trunk(&plain).await.unwrap();
    store.put_trunk(&full).await.unwrap();
    full.version = 2;
    full.enabled = false;
    store.put_trunk(&full).await.unwrap();
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    let kept = store.load_trunks().await.unwrap();
    assert_eq!(kept, [plain.clone(), full.clone()]);
    let secret = kept[1].secret.as_ref().unwrap();
    assert_eq!(secret.reveal(), " open, \"sesame\" ");
    for _ in 0..2 {
        store.delete_trunk(full.id).await.unwrap();
    }
    assert_eq!(store.load_trunks().await.unwrap(), [plain]);
}
