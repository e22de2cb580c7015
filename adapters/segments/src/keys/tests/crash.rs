use parcours_log::seal::{Found, KeyError};

use super::*;

/// Two keys were synced; then a third person's slots were being written when power failed.
#[test]
fn a_key_in_the_making_is_lost_alone_wherever_the_write_stops() {
    let (_outside, keys) = new(1);
    let keys = Arc::new(keys);
    let kept = sealer(&keys, 2).seal(place(1), &about(1, "kept")).unwrap();
    keys.sync().unwrap();
    let folder = keys.folder().to_owned();
    let before = fs::read(folder.join("keys")).unwrap();
    let lost = sealer(&keys, 3).seal(place(2), &about(2, "lost")).unwrap();
    drop(keys);
    let after = fs::read(folder.join("keys")).unwrap();
    let made = usize::try_from(offset(2)).unwrap()..usize::try_from(offset(4)).unwrap();
    assert_eq!(before.len(), after.len());
    assert!(before[made.clone()].iter().all(|&byte| byte == 0));

    for written in made.step_by(3) {
        let torn = [&after[..written], &before[written..]].concat();
        fs::write(folder.join("keys"), torn).unwrap();
        let keys = Arc::new(KeyFile::open(&folder, SeededEntropy::new(4)).unwrap());
        let open = |at, value| sealer(&keys, 5).open(place(at), value).unwrap();
        assert_eq!(
            known(open(1, &kept)).as_slice(),
            b"kept",
            "after {written} bytes"
        );
        assert_eq!(open(2, &lost), Opened::KeyMissing, "after {written} bytes");
        let anew = sealer(&keys, 6).seal(place(2), &about(2, "anew")).unwrap();
        let keys = Arc::new(reopen(Arc::into_inner(keys).unwrap(), 7));
        assert_eq!(
            known(sealer(&keys, 8).open(place(2), &anew).unwrap()).as_slice(),
            b"anew"
        );
    }
}

/// The list was synced; then the slots were being overwritten when power failed, in any order.
#[test]
fn a_forgetting_cut_short_is_finished_on_opening() {
    let (outside, keys) = new(1);
    let keys = Arc::new(keys);
    let values: Vec<_> = (0..4)
        .map(|at| {
            sealer(&keys, at.into())
                .seal(place(at), &about(1, "x"))
                .unwrap()
        })
        .collect();
    let other = sealer(&keys, 9).seal(place(1), &about(2, "other")).unwrap();
    keys.sync().unwrap();
    let folder = keys.folder().to_owned();
    let before = fs::read(folder.join("keys")).unwrap();
    let everything = secrets(&folder);
    keys.forget(keys.installation().tag(&person(1)), on(2))
        .unwrap();
    drop(keys);
    let after = fs::read(folder.join("keys")).unwrap();
    let gone: Vec<_> = everything
        .into_iter()
        .filter(|secret| !secrets(&folder).contains(secret))
        .collect();
    assert_eq!(gone.len(), 5);

    let first = usize::try_from(offset(0)).unwrap();
    for written in (first..first + 5 * SLOT).step_by(13) {
        for (done, rest) in [(&after, &before), (&before, &after)] {
            let torn = [&done[..written], &rest[written..]].concat();
            fs::write(folder.join("keys"), torn).unwrap();
            let keys = Arc::new(KeyFile::open(&folder, SeededEntropy::new(4)).unwrap());
            assert_eq!(
                found_in(outside.path(), &gone),
                None,
                "after {written} bytes"
            );
            for (at, value) in (0..).zip(&values) {
                assert_eq!(
                    sealer(&keys, 5).open(place(at), value).unwrap(),
                    Opened::Erased
                );
            }
            assert_eq!(
                known(sealer(&keys, 6).open(place(1), &other).unwrap()).as_slice(),
                b"other"
            );
        }
    }
}

#[test]
fn a_forgetting_that_never_reached_the_list_is_not_done_and_can_be_asked_again() {
    let (_outside, keys) = new(1);
    let keys = Arc::new(keys);
    let value = sealer(&keys, 2).seal(place(1), &about(1, "x")).unwrap();
    keys.sync().unwrap();
    let folder = keys.folder().to_owned();
    let before = fs::read(folder.join("keys")).unwrap();
    let list = fs::read(folder.join("forgotten")).unwrap();
    keys.forget(keys.installation().tag(&person(1)), on(2))
        .unwrap();
    drop(keys);
    let after = fs::read(folder.join("forgotten")).unwrap();

    for written in list.len()..after.len() {
        fs::write(folder.join("keys"), &before).unwrap();
        fs::write(folder.join("forgotten"), &after[..written]).unwrap();
        let keys = Arc::new(KeyFile::open(&folder, SeededEntropy::new(3)).unwrap());
        assert_eq!(keys.opening().cut, (written - list.len()) as u64);
        assert_eq!(
            known(sealer(&keys, 4).open(place(1), &value).unwrap()).as_slice(),
            b"x"
        );
        assert_eq!(
            sealer(&keys, 5).forget(&person(1), on(3)).unwrap().before,
            None
        );
        assert_eq!(
            sealer(&keys, 6).open(place(1), &value).unwrap(),
            Opened::Erased
        );
    }
}

#[test]
fn a_rotten_slot_reads_as_missing_never_as_erased_nor_as_another_key() {
    let (_outside, keys) = new(1);
    let keys = Arc::new(keys);
    let values: Vec<_> = (0..3)
        .map(|who| {
            sealer(&keys, who.into())
                .seal(place(who), &about(who, "x"))
                .unwrap()
        })
        .collect();
    keys.sync().unwrap();
    let folder = keys.folder().to_owned();
    drop(keys);
    let good = fs::read(folder.join("keys")).unwrap();
    assert_eq!(live(&folder), [0, 1, 2, 3, 4, 5]);

    for byte in (0..6 * SLOT).step_by(5) {
        let mut rotten = good.clone();
        rotten[usize::try_from(offset(0)).unwrap() + byte] ^= 0x10;
        fs::write(folder.join("keys"), rotten).unwrap();
        let keys = Arc::new(KeyFile::open(&folder, SeededEntropy::new(3)).unwrap());
        assert_eq!(keys.opening().damaged.len(), 1);
        for (who, value) in (0..).zip(&values) {
            let opened = sealer(&keys, 4).open(place(who), value).unwrap();
            if byte / SLOT / 2 == usize::from(who) {
                assert_eq!(opened, Opened::KeyMissing, "byte {byte}");
            } else {
                assert_eq!(known(opened).as_slice(), b"x", "byte {byte}");
            }
        }
    }
}

#[test]
fn a_slot_that_rots_under_an_open_file_is_an_error() {
    let (_outside, keys) = new(1);
    let keys = Arc::new(keys);
    let value = sealer(&keys, 2).seal(place(1), &about(1, "x")).unwrap();
    let path = keys.folder().join("keys");
    let mut bytes = fs::read(&path).unwrap();
    bytes[usize::try_from(offset(1)).unwrap() + 60] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = sealer(&keys, 3).open(place(1), &value).unwrap_err();
    assert!(matches!(error, KeyError::Corrupt { slot: 1 }), "{error}");
}

/// The same file, on a disk that takes no more writes.
fn refuse_writes(mut keys: KeyFile) -> KeyFile {
    keys.file = fs::File::open(keys.folder().join("keys")).unwrap();
    keys
}

#[test]
fn after_a_failed_write_keys_are_read_and_nothing_is_acknowledged_until_reopened() {
    let (_outside, keys) = new(1);
    let tag = |keys: &KeyFile, who| keys.installation().tag(&person(who));
    let scope = |keys: &KeyFile, who| {
        let purpose = Purpose::new("housing_benefit").unwrap();
        keys.installation()
            .scope(journey(1), tag(keys, who), &purpose)
    };
    let kept = keys.data_key(tag(&keys, 1), scope(&keys, 1)).unwrap();
    keys.sync().unwrap();

    let keys = refuse_writes(keys);
    let refused = keys.data_key(tag(&keys, 2), scope(&keys, 2)).unwrap_err();
    assert!(
        matches!(
            refused,
            KeyError::Unavailable {
                done: "written",
                ..
            }
        ),
        "{refused}"
    );
    assert!(matches!(
        keys.data_key(tag(&keys, 3), scope(&keys, 3)),
        Err(KeyError::Closed)
    ));
    assert!(matches!(keys.sync(), Err(KeyError::Closed)));
    assert!(matches!(
        keys.forget(tag(&keys, 1), on(2)),
        Err(KeyError::Closed)
    ));
    assert!(matches!(
        keys.destroy(scope(&keys, 1), on(2)),
        Err(KeyError::Closed)
    ));
    assert!(matches!(keys.find(kept.name).unwrap(), Found::Key(_)));
    let again = keys.data_key(tag(&keys, 1), scope(&keys, 1)).unwrap();
    assert_eq!(again.key.expose(), kept.key.expose());

    let keys = reopen(keys, 2);
    keys.data_key(tag(&keys, 2), scope(&keys, 2)).unwrap();
    keys.sync().unwrap();
}

#[test]
fn a_forgetting_that_could_be_listed_but_not_carried_out_is_an_error_and_is_finished_on_opening() {
    let (outside, keys) = new(1);
    let tag = keys.installation().tag(&person(1));
    let purpose = Purpose::new("housing_benefit").unwrap();
    let held = keys
        .data_key(tag, keys.installation().scope(journey(1), tag, &purpose))
        .unwrap();
    keys.sync().unwrap();
    let everything = secrets(keys.folder());

    let keys = refuse_writes(keys);
    assert!(matches!(
        keys.forget(tag, on(2)),
        Err(KeyError::Unavailable { .. })
    ));
    assert!(
        matches!(keys.forget(tag, on(2)), Err(KeyError::Closed)),
        "no certificate while the key stands there"
    );
    assert!(matches!(keys.find(held.name).unwrap(), Found::Destroyed));
    assert!(found_in(outside.path(), &everything).is_some());

    let keys = reopen(keys, 2);
    assert_eq!(keys.opening().finished, 2);
    assert_eq!(found_in(outside.path(), &everything), None);
    assert_eq!(keys.forget(tag, on(3)).unwrap().before, Some(on(2)));
}
