//! Dead slots leave the graph: nothing of them is found, recall stays, places are used again.

use super::vectors::{Random, clustered};
use super::{exact, index, insert, recall, search};

#[test]
fn recall_survives_deletion_and_sweeps() {
    let (vectors, index) = (clustered(11, 8000, 60), index());
    for (id, vector) in &vectors {
        insert(&index, id, vector);
    }
    let mut random = Random(12);
    let mut alive: Vec<&(String, Vec<f32>)> = vectors.iter().collect();
    for round in 0..5 {
        for _ in 0..alive.len() / 3 {
            let gone = alive.swap_remove(random.below(alive.len()));
            assert!(index.delete(&gone.0, 0));
        }
        index.sweep();
        assert_eq!(index.size(0), alive.len());
        let mut sum = 0.0;
        for _ in 0..40 {
            let (_, query) = &vectors[random.below(vectors.len())];
            let expected = exact(
                alive.iter().map(|(id, vector)| (&**id, &**vector)),
                query,
                10,
            );
            let found = search(&index, query, 10, None, 0);
            assert!(
                found
                    .iter()
                    .all(|(id, _)| alive.iter().any(|(other, _)| other == id))
            );
            sum += recall(&found, &expected);
        }
        assert!(sum / 40.0 >= 0.97, "round {round}: {}", sum / 40.0);
    }
}

#[test]
fn a_whole_cluster_may_go() {
    let (vectors, index) = (clustered(13, 5000, 2), index());
    for (id, vector) in &vectors {
        insert(&index, id, vector);
    }
    let query = &vectors[0].1;
    let near: Vec<String> = search(&index, query, 3500, None, 0)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    for id in &near {
        index.delete(id, 0);
    }
    assert_eq!(
        search(&index, query, 10, None, 0).len(),
        10,
        "before a sweep"
    );
    index.sweep();
    let rest = search(&index, query, 1500, None, 0);
    assert_eq!(rest.len(), 1500);
    assert!(rest.iter().all(|(id, _)| !near.contains(id)));
}

#[test]
fn an_index_may_shrink_to_nothing_and_grow_again() {
    let (vectors, index) = (clustered(14, 6000, 30), index());
    for round in 0..2 {
        for (id, vector) in &vectors {
            insert(&index, id, vector);
        }
        for (at, (id, _)) in vectors.iter().enumerate() {
            assert!(index.delete(id, 0));
            if at % 2000 == 0 {
                index.sweep();
            }
        }
        index.sweep();
        assert_eq!(
            (
                index.size(0),
                search(&index, &vectors[0].1, 5, None, 0).len()
            ),
            (0, 0),
            "round {round}"
        );
    }
    insert(&index, "x", &vectors[0].1);
    assert_eq!(search(&index, &vectors[0].1, 5, None, 0)[0].0, "x");
}
