use super::*;

/// 64 characters that stand nowhere by chance.
fn canary(number: u8) -> String {
    blake3::hash(&[number]).to_string()
}

/// Seals 10 values about each of 6 people into a file beside the keys, as a log would.
fn life(outside: &TempDir, sealer: &Sealer<KeyFile>) -> Vec<(u8, u8, SealedValue)> {
    let mut values = Vec::new();
    for number in 0..60 {
        let (who, at) = (number % 6, number / 6);
        values.push((
            who,
            number,
            sealer
                .seal(place(at), &about(who, &canary(number)))
                .unwrap(),
        ));
    }
    sealer.sync().unwrap();
    let log: Vec<u8> = values
        .iter()
        .flat_map(|(_, _, value)| value.encode())
        .collect();
    fs::write(outside.path().join("log"), log).unwrap();
    values
}

#[test]
fn after_forgetting_no_file_has_the_value_or_any_byte_of_its_keys() {
    let (outside, keys) = new(1);
    let keys = Arc::new(keys);
    let sealer = sealer(&keys, 2);
    let values = life(&outside, &sealer);
    let everything = secrets(keys.folder());
    assert_eq!(everything.len(), 6 + 60);
    assert!(
        found_in(outside.path(), &everything).is_some(),
        "the search finds what is there"
    );

    // The values, the ids and the raw data keys are in no file even before.
    let mut never: Vec<Vec<u8>> = (0..60).map(|number| canary(number).into_bytes()).collect();
    for (_, _, value) in &values {
        let parcours_log::seal::Found::Key(held) = keys.find(value.key()).unwrap() else {
            panic!("no key")
        };
        never.push(held.key.expose().to_vec());
    }
    assert_eq!(found_in(outside.path(), &never), None);

    for who in 0..6 {
        assert_eq!(sealer.forget(&person(who), on(2)).unwrap().data_keys, 10);
    }
    assert_eq!(found_in(outside.path(), &everything), None);
    assert_eq!(found_in(outside.path(), &never), None);
    for (_, at, value) in &values {
        assert_eq!(sealer.open(place(at / 6), value).unwrap(), Opened::Erased);
    }
}

#[test]
fn forgetting_one_person_leaves_the_others_whole() {
    let (outside, keys) = new(1);
    let keys = Arc::new(keys);
    let sealer = sealer(&keys, 2);
    let values = life(&outside, &sealer);
    let before = secrets(keys.folder());
    sealer.forget(&person(3), on(2)).unwrap();
    let after = secrets(keys.folder());
    let gone: Vec<_> = before
        .into_iter()
        .filter(|secret| !after.contains(secret))
        .collect();
    assert_eq!((gone.len(), after.len()), (11, 55));
    assert_eq!(found_in(outside.path(), &gone), None);
    for (who, number, value) in &values {
        let opened = sealer.open(place(number / 6), value).unwrap();
        if *who == 3 {
            assert_eq!(opened, Opened::Erased);
        } else {
            assert_eq!(known(opened).as_slice(), canary(*number).as_bytes());
        }
    }
}

#[test]
fn a_class_that_ran_out_leaves_nothing_and_the_last_one_takes_the_persons_key_along() {
    let (outside, keys) = new(1);
    let keys = Arc::new(keys);
    let sealer = sealer(&keys, 2);
    let purpose = Purpose::new("housing_benefit").unwrap();
    for at in 0..2 {
        sealer.seal(place(at), &about(1, &canary(at))).unwrap();
    }
    sealer.sync().unwrap();
    let everything = secrets(keys.folder());
    for (at, left) in [(0, 2), (1, 0)] {
        assert!(
            sealer
                .destroy(journey(at), &person(1), &purpose, on(2))
                .unwrap()
        );
        assert_eq!(secrets(keys.folder()).len(), left);
    }
    assert_eq!(found_in(outside.path(), &everything), None);
}

#[test]
fn what_is_left_of_a_key_in_a_damaged_slot_goes_with_the_next_forgetting() {
    let (outside, keys) = new(1);
    let keys = Arc::new(keys);
    let everything = {
        let sealer = sealer(&keys, 2);
        life(&outside, &sealer);
        secrets(keys.folder())
    };
    let folder = keys.folder().to_owned();
    drop(keys);
    let mut bytes = fs::read(folder.join("keys")).unwrap();
    bytes[usize::try_from(offset(0)).unwrap() + 127] ^= 1; // the key of person 0 is still there to read
    fs::write(folder.join("keys"), bytes).unwrap();

    let keys = Arc::new(KeyFile::open(&folder, SeededEntropy::new(3)).unwrap());
    assert_eq!(
        (&keys.opening().damaged[..], keys.opening().orphans),
        (&[0][..], 10)
    );
    sealer(&keys, 4).forget(&person(0), on(2)).unwrap();
    assert_eq!(
        found_in(outside.path(), &everything[..1]),
        None,
        "the key of person 0"
    );
}
