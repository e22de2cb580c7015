//! Any life of the key file against the simplest thing that could be right.

use std::collections::{BTreeMap, BTreeSet};

use parcours_log::seal::{Found, KeyRef};
use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    Use {
        who: u8,
        at: u8,
    },
    Forget {
        who: u8,
    },
    Destroy {
        who: u8,
        at: u8,
    },
    Reopen,
    /// Copies the key file away.
    Backup,
    /// Puts the copy back, beside today's list of the forgotten.
    Restore,
}

fn step() -> impl Strategy<Value = Step> {
    let (who, at) = (0..4_u8, 0..3_u8);
    prop_oneof![
        8 => (who.clone(), at.clone()).prop_map(|(who, at)| Step::Use { who, at }),
        2 => who.clone().prop_map(|who| Step::Forget { who }),
        2 => (who, at).prop_map(|(who, at)| Step::Destroy { who, at }),
        2 => Just(Step::Reopen),
        1 => Just(Step::Backup),
        1 => Just(Step::Restore),
    ]
}

/// Keys by (person, journey), and every key ever destroyed.
#[derive(Clone, Default)]
struct Model {
    keys: BTreeMap<(u8, u8), (KeyRef, [u8; 32])>,
    destroyed: BTreeSet<KeyRef>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_key_file_does_what_a_map_would(steps in prop::collection::vec(step(), 1..40), seed: u64) {
        let (outside, keys) = new(seed);
        let mut keys = Some(keys);
        let mut model = Model::default();
        let backup = outside.path().join("backup");
        let mut backed_up = None;
        let mut ever = BTreeSet::new();
        let purpose = Purpose::new("x").unwrap();

        for (turn, step) in (1..).zip(steps) {
            let open = keys.as_ref().unwrap();
            let tag = |who| open.installation().tag(&person(who));
            let scope = |who, at| open.installation().scope(journey(at), tag(who), &purpose);
            match step {
                Step::Use { who, at } => {
                    let held = open.data_key(tag(who), scope(who, at)).unwrap();
                    let now = (held.name, *held.key.expose());
                    let known = model.keys.entry((who, at)).or_insert(now);
                    prop_assert_eq!(*known, now);
                    ever.insert(held.name);
                    open.sync().unwrap();
                }
                Step::Forget { who } => {
                    let theirs: Vec<_> = model.keys.extract_if((who, 0)..=(who, u8::MAX), |_, _| true).collect();
                    let certificate = open.forget(tag(who), on(1)).unwrap();
                    prop_assert_eq!(certificate.data_keys, theirs.len());
                    model.destroyed.extend(theirs.into_iter().map(|(_, (name, _))| name));
                }
                Step::Destroy { who, at } => {
                    let gone = model.keys.remove(&(who, at));
                    prop_assert_eq!(open.destroy(scope(who, at), on(1)).unwrap(), gone.is_some());
                    model.destroyed.extend(gone.map(|(name, _)| name));
                }
                Step::Reopen => keys = keys.map(|open| reopen(open, seed ^ turn)),
                Step::Backup => {
                    let _ = fs::remove_file(&backup);
                    open.copy_to(&backup).unwrap();
                    backed_up = Some(model.keys.clone());
                }
                Step::Restore => if let Some(then) = &backed_up {
                    let folder = open.folder().to_owned();
                    drop(keys.take());
                    fs::copy(&backup, folder.join("keys")).unwrap();
                    keys = Some(KeyFile::open(&folder, SeededEntropy::new(seed ^ turn)).unwrap());
                    model.keys = then.clone();
                    model.keys.retain(|_, (name, _)| !model.destroyed.contains(name));
                },
            }

            let open = keys.as_ref().unwrap();
            let live: BTreeMap<_, _> = model.keys.values().copied().collect();
            for name in &ever {
                match open.find(*name).unwrap() {
                    Found::Key(held) => prop_assert_eq!(Some(held.key.expose()), live.get(name)),
                    Found::Destroyed => prop_assert!(model.destroyed.contains(name)),
                    Found::NeverExisted => prop_assert!(!live.contains_key(name) && !model.destroyed.contains(name)),
                }
            }
        }
    }
}
