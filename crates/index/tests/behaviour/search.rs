//! What is found, against plain loops; what is refused, and how.

use signalbox_base::Code;
use signalbox_index::{Insertion, Query, Settings, VectorIndex};
use signalbox_simd::Kernels;

use super::vectors::{Random, clustered};
use super::{DIMENSIONS, exact, filtered, index, insert, recall, search};

#[test]
fn a_scan_is_exact() {
    for count in [0, 1, 2, 9, 10, 11, 100, 1023, 1024, 1025, 2400] {
        let (vectors, index) = (clustered(3, count, 20), index());
        for (id, vector) in &vectors {
            insert(&index, id, vector);
        }
        assert_eq!(index.size(0), count);
        let mut random = Random(5);
        for _ in 0..10 {
            let query = random.vector();
            let expected = exact(
                vectors.iter().map(|(id, vector)| (&**id, &**vector)),
                &query,
                10,
            );
            let found = search(&index, &query, 10, None, 0);
            assert_eq!(found.len(), expected.len());
            for ((id, similarity), (wanted, exactly)) in found.iter().zip(&expected) {
                assert!(
                    (f64::from(*similarity) - exactly).abs() < 1e-5,
                    "{count}: {id} {similarity}, {wanted} {exactly}"
                );
            }
        }
    }
}

#[test]
fn a_walk_finds_nearly_all_and_more_with_a_greater_ef() {
    // Clusters, seed, and the least mean recall@10 with the usual `ef`: vectors without any structure are the hardest.
    for (clusters, seed, least) in [(1, 1, 0.85), (30, 2, 0.98), (1000, 3, 0.98)] {
        let (vectors, index) = (clustered(seed, 6000, clusters), index());
        for (id, vector) in &vectors {
            insert(&index, id, vector);
        }
        let mut means = Vec::new();
        for ef in [None, Some(10), Some(500)] {
            let mut random = Random(seed);
            let centres: Vec<Vec<f32>> = (0..clusters).map(|_| random.vector()).collect();
            let mut random = Random(77);
            let mut sum = 0.0;
            for _ in 0..50 {
                let query = random.near(&centres);
                let expected = exact(
                    vectors.iter().map(|(id, vector)| (&**id, &**vector)),
                    &query,
                    10,
                );
                sum += recall(&search(&index, &query, 10, ef, 0), &expected);
            }
            means.push(sum / 50.0);
        }
        assert!(
            means[0] >= least && means[2] >= means[1] && means[2] > 0.99,
            "{clusters}: {means:?}"
        );
    }
}

#[test]
fn every_kernel_finds_the_same() {
    let (vectors, settings) = (
        clustered(4, 3000, 40),
        Settings::new(DIMENSIONS, 8, 64).expect("in range"),
    );
    let mut expected: Option<Vec<Vec<String>>> = None;
    for kernels in Kernels::all() {
        let index = VectorIndex::new(settings, kernels);
        for (id, vector) in &vectors {
            insert(&index, id, vector);
        }
        let ids = |found: Vec<(String, f32)>| found.into_iter().map(|(id, _)| id).collect();
        let found: Vec<Vec<String>> = vectors
            .iter()
            .step_by(100)
            .map(|(_, vector)| ids(search(&index, vector, 1, None, 0)))
            .collect();
        assert_eq!(
            expected.get_or_insert_with(|| found.clone()),
            &found,
            "{kernels:?}"
        );
    }
}

#[test]
fn one_id_has_one_vector() {
    let index = index();
    let mut random = Random(6);
    for round in 0..4 {
        for id in 0..1500 {
            insert(&index, &id.to_string(), &random.vector());
        }
        assert_eq!(index.size(0), 1500, "round {round}");
    }
    let vector = random.vector();
    insert(&index, "7", &vector);
    let found = search(&index, &vector, 1500, None, 0);
    assert_eq!((found.len(), &*found[0].0), (1500, "7"));
    assert!(found[0].1 > 0.999_99);
    assert!(index.delete("7", 0) && !index.delete("7", 0));
    assert_ne!(search(&index, &vector, 1, None, 0)[0].0, "7");
}

#[test]
fn length_does_not_matter() {
    let index = index();
    let vector = Random(8).vector();
    for (id, scale) in [
        ("tiny", 1e-38_f32),
        ("small", 1e-20),
        ("plain", 1.0),
        ("great", 1e20),
        ("huge", 1e37),
    ] {
        let scaled: Vec<f32> = vector.iter().map(|value| value * scale).collect();
        insert(&index, id, &scaled);
    }
    let found = search(&index, &vector, 10, None, 0);
    assert_eq!(found.len(), 5);
    assert!(
        found.iter().all(|(_, similarity)| *similarity > 0.999),
        "{found:?}"
    );
}

#[test]
fn a_filter_gives_matching_rows_only_and_as_many_as_there_are() {
    let index = index();
    let vectors = clustered(9, 5000, 50);
    for (at, (id, vector)) in vectors.iter().enumerate() {
        let metadata = format!(
            r#"{{"half":{},"rare":{},"cluster":"{}"}}"#,
            at % 2 == 0,
            at % 1000 == 0,
            at % 7
        );
        let insertion = Insertion {
            id,
            vector,
            expires: None,
            metadata: Some(&metadata),
        };
        index.insert(&insertion, 0).expect("good");
    }
    for (filter, takes) in [
        (r#"{"half":true}"#, (|at| at % 2 == 0) as fn(usize) -> bool),
        (r#"{"rare":true}"#, |at| at % 1000 == 0),
        (r#"{"cluster":{"in":["1","3"]}}"#, |at| {
            at % 7 == 1 || at % 7 == 3
        }),
        (r#"{"cluster":"9"}"#, |_| false),
        (r#"{"absent":{"exists":true}}"#, |_| false),
    ] {
        for (_, query) in vectors.iter().step_by(500) {
            let matching = vectors.iter().enumerate().filter(|(at, _)| takes(*at));
            let expected = exact(
                matching.map(|(_, (id, vector))| (&**id, &**vector)),
                query,
                10,
            );
            let found = filtered(&index, query, 10, filter);
            assert_eq!(found.len(), expected.len(), "{filter}");
            assert!(
                found
                    .iter()
                    .all(|(id, _)| takes(id.parse().expect("a number"))),
                "{filter}"
            );
            assert!(recall(&found, &expected) >= 0.8, "{filter}");
        }
    }
}

#[test]
fn what_expires_is_not_found_and_its_place_is_used_again() {
    let index = index();
    let vectors = clustered(10, 4000, 10);
    let at = |id: &str, expires: u64, now: u64| {
        let number: usize = id.parse().expect("a number");
        let insertion = Insertion {
            id,
            vector: &vectors[number].1,
            expires: Some(expires),
            metadata: None,
        };
        index.insert(&insertion, now).expect("good");
    };
    for (number, (id, _)) in vectors.iter().enumerate() {
        at(id, 1000 + number as u64, 0);
    }
    for now in [0, 1000, 2500, 4998, 4999, 5000] {
        let alive = 4000_u64.min(5000_u64.saturating_sub(now + 1).min(4000)) as usize;
        let alive = if now < 1000 { 4000 } else { alive };
        assert_eq!(index.size(now), alive, "{now}");
        let found = search(&index, &vectors[0].1, 4000, None, now);
        assert!(
            found
                .iter()
                .all(|(id, _)| 1000 + id.parse::<u64>().expect("a number") > now),
            "{now}"
        );
        assert_eq!(found.len(), alive, "{now}");
    }
    at("5", 9000, 5000);
    assert_eq!(
        (index.size(5000), index.size(8999), index.size(9000)),
        (1, 1, 0)
    );
}

#[test]
fn bad_input_is_a_typed_error() {
    let index = index();
    insert(&index, "x", &[1.0; DIMENSIONS]);
    let with = |at: usize, value: f32| {
        let mut vector = vec![1.0; DIMENSIONS];
        vector[at] = value;
        vector
    };
    let table: [(&str, Vec<f32>); 8] = [
        ("none", vec![]),
        ("short", vec![1.0; DIMENSIONS - 1]),
        ("long", vec![1.0; DIMENSIONS + 1]),
        ("zeros", vec![0.0; DIMENSIONS]),
        ("minus zeros", vec![-0.0; DIMENSIONS]),
        ("NaN", with(0, f32::NAN)),
        ("infinity", with(DIMENSIONS - 1, f32::INFINITY)),
        ("minus infinity", with(20, f32::NEG_INFINITY)),
    ];
    for (name, vector) in &table {
        let insertion = Insertion {
            id: "y",
            vector,
            expires: None,
            metadata: None,
        };
        let query = Query {
            vector,
            k: 1,
            ef: None,
            filter: None,
        };
        for error in [
            index.insert(&insertion, 0),
            index.search(&query, 0, |_| ()).map(|_| ()),
        ] {
            let error = error.expect_err(name);
            assert_eq!(
                (error.code(), error.at()),
                (Code::InvalidInput, "vector"),
                "{name}"
            );
        }
    }
    let good = [1.0; DIMENSIONS];
    for (k, ef, at) in [
        (0, None, "k"),
        (10_001, None, "k"),
        (1, Some(0), "ef"),
        (1, Some(100_001), "ef"),
    ] {
        let query = Query {
            vector: &good,
            k,
            ef,
            filter: None,
        };
        let error = index.search(&query, 0, |_| ()).expect_err(at);
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, at));
    }
    let long = "x".repeat(65_537);
    let insertion = Insertion {
        id: &long,
        vector: &good,
        expires: None,
        metadata: None,
    };
    assert_eq!(index.insert(&insertion, 0).expect_err("long").at(), "id");
    let insertion = Insertion {
        id: "y",
        vector: &good,
        expires: None,
        metadata: Some("[]"),
    };
    assert_eq!(
        index.insert(&insertion, 0).expect_err("an array").at(),
        "metadata"
    );
    assert_eq!(index.size(0), 1);
    for (dimensions, m, ef, at) in [
        (0, 16, 200, "dimensions"),
        (8193, 16, 200, "dimensions"),
        (8, 3, 200, "m"),
        (8, 65, 200, "m"),
        (8, 16, 7, "efConstruction"),
        (8, 16, 2001, "efConstruction"),
    ] {
        assert_eq!(Settings::new(dimensions, m, ef).expect_err(at).at(), at);
    }
}
