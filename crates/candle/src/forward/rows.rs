//! The rows of a batch one by one, on the threads the caller grants: several rows side by side, or several parts of one row.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use signalbox_base::Result;
use signalbox_core::{Batch, Pass};

/// Tokens that are never split between threads, so that what is computed is the same for every number of threads.
pub(crate) const BLOCK: usize = 64;

/// Runs `row` for every row and gives `each` what it returns, in the order of the batch. `row` gets the place of its tokens in the batch,
/// and how many threads it may use for itself.
///
/// # Errors
/// What `row` or `each` gives for the first row that has an error.
pub(crate) fn each_row(
    batch: &Batch,
    pass: Pass<'_>,
    row: &(dyn Fn(Range<usize>, usize) -> Result<Vec<f32>> + Sync),
    each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
) -> Result<()> {
    let workers = pass.threads.min(batch.len());
    if workers <= 1 {
        for (number, range) in batch.ranges().enumerate() {
            pass.cancel.check()?;
            each(number, &row(range, pass.threads)?)?;
        }
        return Ok(());
    }
    let ranges: Vec<_> = batch.ranges().collect();
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel(workers);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, ranges, next) = (sender.clone(), &ranges, &next);
            scope.spawn(move || {
                while let Some(range) = ranges.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let states = pass.cancel.check().and_then(|()| row(range.clone(), 1));
                    let failed = states.is_err();
                    if sender.send((range.start, states)).is_err() || failed {
                        return;
                    }
                }
            });
        }
        drop(sender);
        in_order(&ranges, receiver, each)
    })
}

/// Hands on what comes in any order in the order of the rows. Taking `receiver`, it lets the workers go as soon as it fails.
fn in_order(
    ranges: &[Range<usize>],
    receiver: mpsc::Receiver<(usize, Result<Vec<f32>>)>,
    each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
) -> Result<()> {
    let mut early = BTreeMap::new();
    let mut number = 0;
    for (start, states) in receiver {
        early.insert(start, states);
        while let Some(states) = ranges
            .get(number)
            .and_then(|range| early.remove(&range.start))
        {
            each(number, &states?)?;
            number += 1;
        }
    }
    early.into_values().try_for_each(|states| states.map(drop))
}

/// What is done with some rows, and where their results go.
pub(crate) type Part<'call> = dyn Fn(Range<usize>, &mut [f32]) -> Result<()> + Sync + 'call;

/// Splits `out`, `[rows, width]`, into parts of whole blocks, one a thread, and runs `part` on each with the rows it has.
///
/// # Errors
/// What `part` gives.
pub(crate) fn split(threads: usize, width: usize, out: &mut [f32], part: &Part<'_>) -> Result<()> {
    let rows = out.len() / width;
    let share = rows.div_ceil(BLOCK).div_ceil(threads.max(1)) * BLOCK;
    if threads <= 1 || rows <= share {
        return part(0..rows, out);
    }
    thread::scope(|scope| {
        let mut chunks = out.chunks_mut(share * width).enumerate();
        let run = move |(number, chunk): (usize, &mut [f32])| {
            let first = number * share;
            part(first..first + chunk.len() / width, chunk)
        };
        let own = chunks.next();
        let others: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || run(chunk)))
            .collect();
        let mut result = own.map_or(Ok(()), run);
        for other in others {
            let theirs = other
                .join()
                .unwrap_or_else(|cause| std::panic::resume_unwind(cause));
            result = result.and(theirs);
        }
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_base::{Code, Error};
    use signalbox_core::{Cancel, Heads};

    fn batch() -> Batch {
        let rows: Vec<Vec<u32>> = (1..40)
            .map(|length| vec![length; length as usize])
            .collect();
        Batch::of(&rows, Heads::none()).expect("rows")
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn run(threads: usize, fail: Option<usize>) -> (Vec<f32>, Result<()>) {
        let cancel = Cancel::default();
        let pass = Pass {
            cancel: &cancel,
            threads,
        };
        let mut seen = Vec::new();
        let row = |range: Range<usize>, _: usize| {
            if Some(range.len()) == fail {
                return Err(Error::new(Code::Internal, "row", "none", "one"));
            }
            Ok(vec![range.start as f32])
        };
        let result = each_row(&batch(), pass, &row, &mut |number, states| {
            assert_eq!(number, seen.len());
            seen.extend_from_slice(states);
            Ok(())
        });
        (seen, result)
    }

    #[test]
    fn rows_come_in_order_on_any_number_of_threads() {
        let (alone, result) = run(1, None);
        assert!(result.is_ok() && alone.len() == 39);
        for threads in [2, 3, 64] {
            assert_eq!(run(threads, None).0, alone);
        }
    }

    #[test]
    fn a_failing_row_ends_the_pass() {
        for threads in [1, 2, 7] {
            for at in [1, 20, 39] {
                let (seen, result) = run(threads, Some(at));
                assert_eq!(result.expect_err("a fault").code(), Code::Internal);
                assert!(seen.len() < at, "{threads} {at}");
            }
        }
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn parts_cover_all_rows_once() {
        for rows in [0, 1, 63, 64, 65, 300] {
            for threads in [0, 1, 2, 3, 9] {
                let mut out = vec![0.0; rows * 3];
                let fill = |range: Range<usize>, out: &mut [f32]| {
                    assert!(range.start.is_multiple_of(BLOCK) && out.len() == range.len() * 3);
                    let numbered = out.chunks_mut(3).zip(range);
                    numbered
                        .for_each(|(row, at)| row.iter_mut().for_each(|value| *value += at as f32));
                    Ok(())
                };
                split(threads, 3, &mut out, &fill).expect("no fault");
                assert!(
                    out.iter()
                        .enumerate()
                        .all(|(at, value)| (*value - (at / 3) as f32).abs() < 0.5)
                );
            }
        }
    }
}
