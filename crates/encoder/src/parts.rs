//! Parts of one piece of work, handed out to the threads of a pass.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use signalbox_base::Result;
use signalbox_simd::Team;

/// Does `job` with every part, on the space of the thread that does it; alone, in order and without allocating.
///
/// # Errors
/// The first that `job` gives; parts that were not begun by then are left out.
pub(crate) fn each<Space: Send, Part: Send>(
    team: &mut Team<'_>,
    spaces: &[Mutex<Space>],
    parts: impl Iterator<Item = Part>,
    job: impl Fn(Part, &mut Space) -> Result<()> + Sync,
) -> Result<()> {
    if team.threads() == 1 {
        let mut space = lock(&spaces[0]);
        return parts.into_iter().try_for_each(|part| job(part, &mut space));
    }
    let parts: Vec<Mutex<Option<Part>>> = parts.map(|part| Mutex::new(Some(part))).collect();
    let fault = OnceLock::new();
    team.run(parts.len(), &|part, member| {
        let part = lock(&parts[part]).take();
        let Some(part) = part.filter(|_| fault.get().is_none()) else {
            return;
        };
        if let Err(error) = job(part, &mut lock(&spaces[member])) {
            // Another fault came first; one is enough.
            drop(fault.set(error));
        }
    });
    fault.into_inner().map_or(Ok(()), Err)
}

/// A space that a panic left behind holds nothing that the next pass relies on.
pub(crate) fn lock<Value>(mutex: &Mutex<Value>) -> MutexGuard<'_, Value> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_base::{Code, Error};

    fn spaces(count: usize) -> Vec<Mutex<Vec<usize>>> {
        (0..count).map(|_| Mutex::default()).collect()
    }

    #[test]
    fn every_part_is_done_once() {
        for threads in [1, 2, 5] {
            let spaces = spaces(threads);
            let done = Team::with(threads, |team| {
                each(team, &spaces, 0..100, |part, space| {
                    space.push(part);
                    Ok(())
                })
            });
            assert!(done.is_ok());
            let mut all: Vec<usize> = spaces
                .iter()
                .flat_map(|space| lock(space).clone())
                .collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..100), "{threads} threads");
        }
    }

    #[test]
    fn a_fault_ends_it() {
        for threads in [1, 2] {
            let spaces = spaces(threads);
            let fault = || Error::new(Code::Cancelled, "part", "", "");
            let done = Team::with(threads, |team| {
                each(team, &spaces, 0..100, |_, space| {
                    space.push(0);
                    Err(fault())
                })
            });
            assert_eq!(done.expect_err("a fault").code(), Code::Cancelled);
            let begun: usize = spaces.iter().map(|space| lock(space).len()).sum();
            assert!(begun <= threads);
        }
    }
}
