//! Several threads give what one gives, to the bit; cancelling and panics end them all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use signalbox_base::{Code, Error};
use signalbox_encoder::{Encoder, Precision, Run, Scratch, Tokens};
use signalbox_simd::Kernels;

use super::random::{Random, Weights, bert, modern};

/// One row and several, few tokens and many, more rows than threads and fewer.
const BATCHES: [&[usize]; 7] = [
    &[16],
    &[30],
    &[47],
    &[128],
    &[300],
    &[3, 290, 1, 40],
    &[17; 24],
];

fn encoders() -> impl Iterator<Item = Encoder> {
    [bert(), modern()].into_iter().flat_map(|config| {
        [Precision::F32, Precision::Int8]
            .into_iter()
            .map(move |precision| {
                Encoder::new(config.clone(), precision, &Weights::new(5)).unwrap()
            })
    })
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let mut random = Random(31);
    for encoder in encoders() {
        for lengths in BATCHES {
            let (ids, offsets) = random.rows(lengths);
            let tokens = Tokens::new(&ids, &offsets, None).unwrap();
            let run = |threads, scratch: &mut Scratch| {
                let run = Run {
                    threads,
                    ..Run::alone()
                };
                encoder.encode(&tokens, scratch, run).unwrap().to_vec()
            };
            let alone = run(1, &mut Scratch::default());
            let mut scratch = Scratch::default();
            for threads in [2, 3, 7, 2, 1] {
                assert_eq!(
                    run(threads, &mut scratch),
                    alone,
                    "{threads} threads, {lengths:?}"
                );
            }
        }
    }
}

/// A layer asks three times at least.
#[test]
fn cancelling_at_any_time_ends_all_threads() {
    let mut random = Random(32);
    for encoder in encoders() {
        for lengths in [&[16][..], &[200]] {
            let (ids, offsets) = random.rows(lengths);
            let tokens = Tokens::new(&ids, &offsets, None).unwrap();
            for most in 0..6 {
                let asked = AtomicUsize::new(0);
                let cancel = || match asked.fetch_add(1, Ordering::Relaxed) < most {
                    true => Ok(()),
                    false => Err(Error::new(Code::Cancelled, "signal", "", "")),
                };
                let run = Run {
                    threads: 3,
                    cancel: &cancel,
                };
                let mut scratch = Scratch::default();
                let error = encoder.encode(&tokens, &mut scratch, run);
                let error = error.map(<[f32]>::len).unwrap_err();
                assert_eq!(error.code(), Code::Cancelled, "after {most}");
            }
        }
    }
}

#[test]
fn a_panic_in_any_thread_reaches_the_caller_and_leaves_a_scratch_that_works() {
    let (mut random, mut scratch) = (Random(33), Scratch::default());
    let encoder =
        Encoder::with_kernels(bert(), Precision::Int8, &Weights::new(5), Kernels::detect())
            .unwrap();
    let (ids, offsets) = random.rows(&[200]);
    let tokens = Tokens::new(&ids, &offsets, None).unwrap();
    let expected = encoder.encode(&tokens, &mut scratch, Run::alone());
    let expected = expected.unwrap().to_vec();
    for most in 0..6 {
        let asked = AtomicUsize::new(0);
        let cancel = || {
            assert!(asked.fetch_add(1, Ordering::Relaxed) < most, "enough");
            Ok(())
        };
        let run = Run {
            threads: 2,
            cancel: &cancel,
        };
        let ended = catch_unwind(AssertUnwindSafe(|| {
            encoder.encode(&tokens, &mut scratch, run).is_ok()
        }));
        assert!(ended.is_err(), "after {most}");
        let run = Run {
            threads: 2,
            ..Run::alone()
        };
        assert_eq!(
            encoder.encode(&tokens, &mut scratch, run).unwrap(),
            expected
        );
    }
}
