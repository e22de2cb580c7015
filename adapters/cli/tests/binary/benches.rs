//! `bench journeys`: that it measures what it says, not how quick it is.

use std::fs;

use serde_json::Value;

use crate::parcours;

#[test]
fn life_events_are_measured_through_the_whole_engine_beside_a_plain_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    let said = parcours(&[
        "bench",
        "journeys",
        "--on",
        path,
        "--publishers",
        "1,3",
        "--events",
        "10",
        "--for",
        "60",
        "--json",
    ]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let read: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(read["mix"], "of 10: 3 birth, 3 job_loss, 4 move");
    let rows = read["on_disk"].as_array().expect("figures");
    let publishers: Vec<_> = rows.iter().map(|row| row["publishers"].as_u64()).collect();
    assert_eq!(publishers, [Some(1), Some(3)]);
    for row in rows {
        assert_eq!(row["events"], 10, "{row}");
        assert!(row["journeys"].as_u64() >= Some(9), "{row}");
        assert!(row["plain_file"].as_f64() > Some(0.0), "{row}");
        // Its receipt, its start, and the answers of services.
        assert!(row["a_journey"]["commits"].as_f64() > Some(3.0), "{row}");
        assert!(row["a_journey"]["blocks"].as_f64() > Some(0.5), "{row}");
        let shown = |part: &str| row["shown"][part].as_u64();
        assert!(shown("p50_micros") > Some(0) && shown("p50_micros") <= shown("p99_micros"));
        let processor = &row["a_journey"]["processor_micros"];
        for part in ["planning", "sealing", "log", "lookups", "rest"] {
            assert!(processor[part].as_u64() > Some(0), "{part}: {row}");
        }
    }
    let memory = &read["in_memory"];
    assert_eq!(
        (&memory["plain_file"], &memory["shown"]),
        (&Value::Null, &Value::Null)
    );
    assert!(memory["journeys_a_second"].as_f64() > Some(0.0), "{memory}");
    let years = read["years"]["lives"].as_array().expect("years");
    assert!(years.len() > 10, "{years:?}");
    assert!(
        years
            .iter()
            .all(|year| year["decisions"].as_u64() > Some(0))
    );
    assert!(
        fs::read_dir(folder.path())
            .expect("a folder")
            .next()
            .is_none(),
        "the scratch folders are gone"
    );
}

#[test]
fn lookups_are_measured_beside_reading_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    let said = parcours(&[
        "bench",
        "lookups",
        "--on",
        path,
        "--journeys",
        "30",
        "--json",
    ]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let read: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(
        (&read["journeys"], &read["commits"]),
        (&30.into(), &120.into())
    );
    for what in ["read", "anew_in_memory", "anew", "opened", "opened_checked"] {
        assert!(read["seconds"][what].as_f64() > Some(0.0), "{what}: {read}");
    }
    let mut left = fs::read_dir(folder.path()).expect("a folder");
    assert!(left.next().is_none(), "the scratch folder is gone");
}
