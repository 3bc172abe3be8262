//! A process that is killed while it saves leaves the old snapshot or the new one. `SIGNALBOX_SOAK_KILLS` makes it long.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use signalbox_index::VectorIndex;
use signalbox_simd::Kernels;

use super::snapshot::Folder;
use super::vectors::{Random, clustered};
use super::{index, insert, search};

const PATH: &str = "SIGNALBOX_TEST_SAVE_TO";
/// Sizes of the two indices that are saved in turn.
const SIZES: [usize; 2] = [1500, 3000];

#[test]
fn a_snapshot_is_whole_whenever_its_writer_dies() {
    let kills = std::env::var("SIGNALBOX_SOAK_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20);
    let folder = Folder::new("kill");
    let path = folder.0.join("x");
    let vectors = clustered(21, SIZES[1], 20);
    let mut random = Random(22);
    let mut seen = [0, 0];
    for _ in 0..kills {
        let mut child = start(&path);
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // The first line comes before a save, the third after two: there is a file then.
        for _ in 0..3 + random.below(3) {
            lines.next().expect("the child goes on").expect("text");
        }
        for _ in 0..random.below(3_000_000) {
            std::hint::spin_loop();
        }
        child.kill().expect("it runs");
        child.wait().expect("it ran");
        let after = VectorIndex::load(&path, Kernels::detect()).expect("a whole snapshot");
        let size = after.size(0);
        let which = SIZES
            .iter()
            .position(|other| *other == size)
            .expect("one of both");
        seen[which] += 1;
        assert_eq!(
            search(&after, &vectors[size - 1].1, 1, Some(200), 0)[0].0,
            (size - 1).to_string()
        );
    }
    assert!(
        kills < 20 || seen.iter().all(|count| *count > 0),
        "{seen:?}: both are met"
    );
    index().save(&path).expect("saved");
    assert_eq!(
        std::fs::read_dir(&folder.0).expect("a folder").count(),
        1,
        "what the dead left is removed"
    );
}

fn start(path: &std::path::Path) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "kill::saves_until_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(PATH, path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process")
}

/// The child of the test above.
#[test]
#[ignore = "runs as the child of another test"]
fn saves_until_killed() {
    let Some(path) = std::env::var_os(PATH) else {
        return;
    };
    let indices = SIZES.map(|size| {
        let index = index();
        for (id, vector) in clustered(21, size, 20) {
            insert(&index, &id, &vector);
        }
        index
    });
    loop {
        for index in &indices {
            // Straight to the pipe: the test harness keeps what is printed.
            let mut out = std::io::stdout();
            if writeln!(out, "saving").and_then(|()| out.flush()).is_err() {
                return;
            }
            index.save(std::path::Path::new(&path)).expect("saved");
        }
    }
}
