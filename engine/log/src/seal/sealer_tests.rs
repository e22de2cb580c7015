use proptest::prelude::*;

use super::super::entropy::SeededEntropy;
use super::super::memory::MemoryKeys;
use super::*;

const JOURNEY: JourneyId = JourneyId::from_bytes([1; 16]);
const HERE: Place<'static> = Place {
    journey: JOURNEY,
    name: "fact/income",
};
const CANARY: &str = "kX93zzQwT1";

fn on(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn person(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn purpose() -> Purpose {
    Purpose::new("housing_benefit").unwrap()
}

fn about(id: &str, value: &str) -> Personal<Vec<u8>> {
    Personal::new(
        person(id),
        purpose(),
        Retention::new("while_journey_open").unwrap(),
        value.into(),
    )
}

fn sealer() -> Sealer<MemoryKeys> {
    Sealer::new(Arc::new(MemoryKeys::new(1)), SeededEntropy::new(2))
}

fn known(opened: Opened) -> Personal<Plain> {
    match opened {
        Opened::Known(value) => value,
        other => panic!("not known: {other:?}"),
    }
}

fn contains(bytes: &[u8], what: &str) -> bool {
    bytes
        .windows(what.len())
        .any(|window| window == what.as_bytes())
}

#[test]
fn a_value_comes_back_with_whose_it_is_and_shows_nothing_meanwhile() {
    let sealer = sealer();
    let sealed = sealer.seal(HERE, &about("u-q7x2v9", CANARY)).unwrap();
    let bytes = sealed.encode();
    for hidden in [CANARY, "u-q7x2v9", "housing_benefit", "while_journey_open"] {
        assert!(!contains(&bytes, hidden), "{hidden}");
    }
    let value = known(
        sealer
            .open(HERE, &SealedValue::decode(&bytes).unwrap())
            .unwrap(),
    );
    assert_eq!(value, about("u-q7x2v9", CANARY).map(Zeroizing::new));
}

#[test]
fn the_same_value_never_looks_the_same_twice_nor_tells_its_length() {
    let sealer = sealer();
    let (yes, same) = (
        sealer.seal(HERE, &about("u-a", "yes")).unwrap(),
        sealer.seal(HERE, &about("u-a", "yes")).unwrap(),
    );
    let long = sealer.seal(HERE, &about("u-a", "1 450,00 EUR")).unwrap();
    assert_ne!(yes, same);
    assert_eq!(yes.encode().len(), long.encode().len());
}

#[test]
fn a_sealed_value_opens_nowhere_else() {
    let sealer = sealer();
    let sealed = sealer.seal(HERE, &about("u-a", CANARY)).unwrap();
    let elsewhere = [
        Place {
            name: "fact/rent",
            ..HERE
        },
        Place {
            journey: JourneyId::from_bytes([2; 16]),
            ..HERE
        },
        Place {
            name: "fact/incom",
            ..HERE
        },
    ];
    for place in elsewhere {
        assert_eq!(
            sealer.open(place, &sealed).unwrap(),
            Opened::Corrupt,
            "{place:?}"
        );
    }
    // Nor does it pass for a value of somebody else.
    let other = sealer.seal(HERE, &about("u-b", "x")).unwrap();
    assert_eq!(
        sealer
            .open(
                HERE,
                &SealedValue {
                    key: other.key,
                    ..sealed
                }
            )
            .unwrap(),
        Opened::Corrupt
    );
}

#[test]
fn forgetting_erases_this_person_everywhere_and_nobody_else() {
    let sealer = sealer();
    let there = Place {
        journey: JourneyId::from_bytes([2; 16]),
        ..HERE
    };
    let (one, two) = (
        sealer.seal(HERE, &about("u-a", "1")).unwrap(),
        sealer.seal(there, &about("u-a", "2")).unwrap(),
    );
    let other = sealer.seal(HERE, &about("u-b", "3")).unwrap();
    known(sealer.open(HERE, &one).unwrap()); // so that its key is remembered

    let certificate = sealer.forget(&person("u-a"), on(2)).unwrap();
    assert_eq!((certificate.data_keys, certificate.before), (2, None));
    assert_eq!(sealer.open(HERE, &one).unwrap(), Opened::Erased);
    assert_eq!(sealer.open(there, &two).unwrap(), Opened::Erased);
    assert_eq!(
        known(sealer.open(HERE, &other).unwrap()),
        about("u-b", "3").map(Zeroizing::new)
    );
}

#[test]
fn another_sealer_over_the_same_keys_drops_what_it_remembers() {
    let sealer = sealer();
    let other = Sealer::new(Arc::clone(sealer.keys()), SeededEntropy::new(3));
    let sealed = other.seal(HERE, &about("u-a", CANARY)).unwrap();
    known(other.open(HERE, &sealed).unwrap());
    sealer.forget(&person("u-a"), on(2)).unwrap();
    assert_eq!(other.open(HERE, &sealed).unwrap(), Opened::Erased);
    // Whoever comes back after being forgotten begins anew; what was erased stays so.
    let again = other.seal(HERE, &about("u-a", "again")).unwrap();
    assert_ne!(again.key(), sealed.key());
    assert_eq!(other.open(HERE, &sealed).unwrap(), Opened::Erased);
    assert_eq!(
        known(other.open(HERE, &again).unwrap())
            .value()
            .unwrap()
            .as_slice(),
        b"again"
    );
}

#[test]
fn a_retention_class_runs_out_for_one_journey_and_purpose() {
    let sealer = sealer();
    let there = Place {
        journey: JourneyId::from_bytes([2; 16]),
        ..HERE
    };
    let (one, two) = (
        sealer.seal(HERE, &about("u-a", "1")).unwrap(),
        sealer.seal(there, &about("u-a", "2")).unwrap(),
    );
    assert!(
        sealer
            .destroy(JOURNEY, &person("u-a"), &purpose(), on(2))
            .unwrap()
    );
    assert!(
        !sealer
            .destroy(JOURNEY, &person("u-a"), &purpose(), on(3))
            .unwrap()
    );
    assert_eq!(sealer.open(HERE, &one).unwrap(), Opened::Erased);
    known(sealer.open(there, &two).unwrap());
}

#[test]
fn a_key_of_elsewhere_is_missing_not_erased() {
    let sealed = sealer().seal(HERE, &about("u-a", CANARY)).unwrap();
    let elsewhere = Sealer::new(Arc::new(MemoryKeys::new(99)), SeededEntropy::new(2));
    assert_eq!(elsewhere.open(HERE, &sealed).unwrap(), Opened::KeyMissing);
}

#[test]
fn what_cannot_be_sealed_says_why() {
    let sealer = sealer();
    assert!(matches!(
        sealer.seal(HERE, &about("u-a", "x").erase()),
        Err(SealError::Erased)
    ));
    let long = about("u-a", "").map(|_| vec![7; LONGEST_VALUE + 1]);
    assert!(
        matches!(sealer.seal(HERE, &long), Err(SealError::TooLong { bytes }) if bytes == LONGEST_VALUE + 1)
    );
}

#[test]
fn the_longest_value_fits() {
    let sealer = sealer();
    let id = "x".repeat(128);
    let long = about(&id, "").map(|_| vec![7; LONGEST_VALUE]);
    let bytes = sealer.seal(HERE, &long).unwrap().encode();
    let value = known(
        sealer
            .open(HERE, &SealedValue::decode(&bytes).unwrap())
            .unwrap(),
    );
    assert_eq!(value.value().unwrap().len(), LONGEST_VALUE);
}

#[test]
fn a_simulation_seals_the_same_bytes_again() {
    let sealed = || sealer().seal(HERE, &about("u-a", CANARY)).unwrap();
    assert_eq!(sealed(), sealed());
}

proptest! {
    #[test]
    fn no_flipped_bit_opens(value in prop::collection::vec(any::<u8>(), 0..200), bit in 0_usize..8 * 57) {
        let sealer = sealer();
        let sealed = sealer.seal(HERE, &about("u-a", "").map(|_| value.clone())).unwrap();
        let opened = known(sealer.open(HERE, &sealed).unwrap());
        prop_assert_eq!(opened.value().unwrap().as_slice(), &value[..]);
        let mut bytes = sealed.encode();
        // From after the version: the name of the key, the nonce, the beginning of the ciphertext.
        bytes[1 + bit / 8] ^= 1 << (bit % 8);
        let opened = sealer.open(HERE, &SealedValue::decode(&bytes).unwrap()).unwrap();
        prop_assert!(matches!(opened, Opened::Corrupt | Opened::KeyMissing), "{:?}", opened);
    }

    #[test]
    fn no_content_makes_parsing_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = parse(&bytes);
    }
}
