use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use parcours_log::seal::contract;

use super::super::OpenError;
use super::super::slot::{DataSlot, PersonSlot};
use super::*;

#[test]
fn the_key_file_keeps_the_contract() {
    let (_outside, keys) = new(1);
    contract::keys(&keys);
}

#[test]
fn values_open_again_after_a_restart() {
    let (_outside, keys) = new(1);
    let keys = Arc::new(keys);
    let value = sealer(&keys, 2).seal(place(1), &about(1, "kept")).unwrap();
    let erased = sealer(&keys, 3).seal(place(1), &about(2, "gone")).unwrap();
    sealer(&keys, 4).forget(&person(2), on(2)).unwrap();

    let keys = Arc::new(reopen(Arc::into_inner(keys).unwrap(), 5));
    assert_eq!(
        (
            keys.opening().people,
            keys.opening().data_keys,
            keys.opening().finished
        ),
        (1, 1, 0)
    );
    assert_eq!(
        known(sealer(&keys, 6).open(place(1), &value).unwrap()).as_slice(),
        b"kept"
    );
    assert_eq!(
        sealer(&keys, 7).open(place(1), &erased).unwrap(),
        Opened::Erased
    );
    let again = keys
        .forget(keys.installation().tag(&person(2)), on(3))
        .unwrap();
    assert_eq!((again.data_keys, again.before), (0, Some(on(2))));
}

#[test]
fn a_restored_older_file_forgets_again_but_spares_who_came_back() {
    let (outside, keys) = new(1);
    let keys = Arc::new(keys);
    let seal = |who, seed| {
        sealer(&keys, seed)
            .seal(place(1), &about(who, "x"))
            .unwrap()
    };
    let (forgotten, ran_out, kept) = (seal(1, 2), seal(2, 3), seal(3, 4));
    let backup = outside.path().join("backup");
    keys.sync().unwrap();
    keys.copy_to(&backup).unwrap();
    let secrets_before = secrets(keys.folder());

    keys.forget(keys.installation().tag(&person(1)), on(2))
        .unwrap();
    let purpose = Purpose::new("housing_benefit").unwrap();
    assert!(
        sealer(&keys, 5)
            .destroy(journey(1), &person(2), &purpose, on(2))
            .unwrap()
    );
    let back = seal(1, 6);
    let second_backup = outside.path().join("backup_2");
    keys.copy_to(&second_backup).unwrap();

    let folder = keys.folder().to_owned();
    drop(keys);
    for (restored, finished, returned) in [(&backup, 3, false), (&second_backup, 0, true)] {
        fs::copy(restored, folder.join("keys")).unwrap();
        let keys = Arc::new(KeyFile::open(&folder, SeededEntropy::new(7)).unwrap());
        assert_eq!(keys.opening().finished, finished);
        let open = |value| sealer(&keys, 8).open(place(1), value).unwrap();
        assert_eq!(open(&forgotten), Opened::Erased);
        assert_eq!(open(&ran_out), Opened::Erased);
        assert_eq!(known(open(&kept)).as_slice(), b"x");
        // The older file never had the new key: that is a loss to be told, not an erasure.
        assert_eq!(matches!(open(&back), Opened::Known(_)), returned);
        assert_eq!(open(&back) == Opened::KeyMissing, !returned);
    }
    fs::remove_file(backup).unwrap();
    fs::remove_file(second_backup).unwrap();
    assert_eq!(found_in(outside.path(), &secrets_before[..2]), None);
}

#[test]
fn somebody_forgotten_without_a_key_here_is_forgotten_in_a_backup_too() {
    let (outside, keys) = new(1);
    let folder = keys.folder().to_owned();
    let tag = keys.installation().tag(&person(1));
    let empty = outside.path().join("empty");
    keys.copy_to(&empty).unwrap();
    let keys = Arc::new(keys);
    let value = sealer(&keys, 2).seal(place(1), &about(1, "x")).unwrap();
    keys.sync().unwrap();
    let full = outside.path().join("full");
    keys.copy_to(&full).unwrap();
    drop(keys);

    fs::copy(&empty, folder.join("keys")).unwrap();
    let keys = KeyFile::open(&folder, SeededEntropy::new(3)).unwrap();
    assert_eq!(keys.forget(tag, on(2)).unwrap().data_keys, 0);
    drop(keys);
    fs::copy(&full, folder.join("keys")).unwrap();
    let keys = Arc::new(KeyFile::open(&folder, SeededEntropy::new(4)).unwrap());
    assert_eq!(keys.opening().finished, 2);
    let open = |keys: &Arc<KeyFile>| sealer(keys, 5).open(place(1), &value).unwrap();
    assert_eq!(open(&keys), Opened::Erased);
    // The list now names the data key too: it reads as erased without the backup's help.
    let keys = Arc::new(reopen(Arc::into_inner(keys).unwrap(), 6));
    assert_eq!((open(&keys), keys.opening().finished), (Opened::Erased, 0));
}

#[test]
fn one_process_at_a_time() {
    let (_outside, keys) = new(1);
    let refused = KeyFile::open(keys.folder(), SeededEntropy::new(2)).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
    reopen(keys, 2);
}

#[test]
fn keys_are_never_made_where_keys_are_or_were() {
    let (_outside, keys) = new(1);
    let folder = keys.folder().to_owned();
    keys.forget(keys.installation().tag(&person(1)), on(2))
        .unwrap();
    drop(keys);
    let create = || KeyFile::create(&folder, SeededEntropy::new(2)).unwrap_err();
    assert!(matches!(create(), OpenError::Exists { .. }));
    fs::remove_file(folder.join("keys")).unwrap();
    assert!(matches!(create(), OpenError::Exists { path } if path.ends_with("forgotten")));
    let open = KeyFile::open(&folder, SeededEntropy::new(2)).unwrap_err();
    assert!(matches!(open, OpenError::Absent { .. }));
    assert!(
        open.to_string()
            .ends_with("restore it from its backup; only a new installation makes new keys")
    );
}

#[test]
fn a_missing_list_is_not_taken_for_an_empty_one() {
    let (_outside, keys) = new(1);
    let folder = keys.folder().to_owned();
    drop(keys);
    fs::remove_file(folder.join("forgotten")).unwrap();
    let refused = KeyFile::open(&folder, SeededEntropy::new(2)).unwrap_err();
    assert!(matches!(refused, OpenError::Absent { path } if path.ends_with("forgotten")));
}

#[test]
fn nobody_else_on_the_machine_may_read() {
    let (_outside, keys) = new(1);
    let folder = keys.folder().to_owned();
    drop(keys);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in ["keys", "forgotten", "lock"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    fs::set_permissions(folder.join("keys"), Permissions::from_mode(0o640)).unwrap();
    let refused = KeyFile::open(&folder, SeededEntropy::new(2)).unwrap_err();
    assert!(
        matches!(refused, OpenError::TooOpen { mode: 0o640, .. }),
        "{refused}"
    );
}

#[test]
fn one_damaged_copy_of_the_secret_is_repaired() {
    let (_outside, keys) = new(1);
    let folder = keys.folder().to_owned();
    let name = keys.installation().fingerprint();
    drop(keys);
    let path = folder.join("keys");
    for damaged in [0..64, 2048..2112] {
        let mut bytes = fs::read(&path).unwrap();
        bytes[damaged].fill(0xA5);
        fs::write(&path, &bytes).unwrap();
        let keys = KeyFile::open(&folder, SeededEntropy::new(2)).unwrap();
        assert_eq!(keys.installation().fingerprint(), name);
    }
    fs::write(&path, [0; 5000]).unwrap();
    let refused = KeyFile::open(&folder, SeededEntropy::new(2)).unwrap_err();
    assert!(matches!(refused, OpenError::Foreign { .. }), "{refused}");
}

#[test]
fn slots_are_used_again_so_the_file_does_not_grow() {
    let (_outside, keys) = new(1);
    let path = keys.folder().join("keys");
    let size = || fs::metadata(&path).unwrap().len();
    let tag = keys.installation().tag(&person(1));
    let purpose = Purpose::new("housing_benefit").unwrap();
    let before = size();
    for round in 0..20 {
        for at in 0..100 {
            keys.data_key(tag, keys.installation().scope(journey(at), tag, &purpose))
                .unwrap();
        }
        assert_eq!(
            keys.forget(tag, on(2)).unwrap().data_keys,
            100,
            "round {round}"
        );
    }
    assert_eq!(size(), before);
}

#[test]
fn a_hundred_thousand_keys_open() {
    let (_outside, keys) = new(1);
    let folder = keys.folder().to_owned();
    let held = keys
        .data_key(keys.installation().tag(&person(1)), journey_scope(&keys, 1))
        .unwrap();
    drop(keys);

    // Written as slots, since wrapping so many keys is what takes long.
    let mut bytes = fs::read(folder.join("keys")).unwrap();
    bytes.truncate(usize::try_from(offset(2)).unwrap());
    let name = |number: u32| {
        *blake3::hash(&number.to_le_bytes())
            .as_bytes()
            .first_chunk::<16>()
            .unwrap()
    };
    for first in (2..100_002).step_by(10) {
        let key = parcours_log::seal::PersonKey::from_bytes(&[7; 32]);
        let tag = parcours_log::seal::PersonTag::from_bytes(name(first));
        bytes.extend_from_slice(
            &*PersonSlot {
                name: name(first),
                tag,
                born: 0,
                key,
            }
            .encode(first),
        );
        for number in first + 1..first + 10 {
            let scope = parcours_log::seal::Scope::from_bytes(name(number + 1_000_000));
            let key = parcours_log::seal::KeyRef::from_bytes(name(number));
            let place = parcours_log::seal::WrapPlace {
                key,
                scope,
                wrapped_by: name(first),
            };
            bytes.extend_from_slice(
                &*DataSlot {
                    place,
                    wrapped: [1; 72],
                }
                .encode(number),
            );
        }
    }
    fs::write(folder.join("keys"), bytes).unwrap();

    let keys = KeyFile::open(&folder, SeededEntropy::new(2)).unwrap();
    assert_eq!(
        (keys.opening().people, keys.opening().data_keys),
        (10_001, 90_001)
    );
    assert!(
        matches!(keys.find(held.name).unwrap(), parcours_log::seal::Found::Key(key) if key.key.expose() == held.key.expose())
    );
    let more = keys
        .data_key(keys.installation().tag(&person(2)), journey_scope(&keys, 2))
        .unwrap();
    let keys = reopen(keys, 3);
    assert!(matches!(
        keys.find(more.name).unwrap(),
        parcours_log::seal::Found::Key(_)
    ));
    let forgotten = keys
        .forget(parcours_log::seal::PersonTag::from_bytes(name(2)), on(2))
        .unwrap();
    assert_eq!(forgotten.data_keys, 9);
}

fn journey_scope(keys: &KeyFile, number: u8) -> parcours_log::seal::Scope {
    let installation = keys.installation();
    installation.scope(
        journey(number),
        installation.tag(&person(number)),
        &Purpose::new("x").unwrap(),
    )
}
