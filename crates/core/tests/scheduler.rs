//! Calls from many threads through the scheduler: every one is told its own answer once, whatever its neighbours do.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use signalbox_base::{Code, Error, Result};
use signalbox_core::{
    Activation, Answer, Answers, Backend, Batch, Call, Cancel, Description, Encoding, Head, Heads,
    Item, Limits, Merge, Model, Outcome, Outcomes, Pass, Pooling, Scheduler, Task, Tokeniser,
};

/// The id at which the backend panics, the one it refuses, and the one at which it waits at the gate.
const PANICS: u32 = 'P' as u32;
const REFUSES: u32 = 'R' as u32;
const WAITS: u32 = 'W' as u32;

/// Embeds a row as its first id and its length; says of each pass how many rows and threads it had.
struct Probe {
    description: Description,
    rows: AtomicUsize,
    passes: Mutex<Vec<(usize, usize)>>,
    entered: Sender<()>,
    gate: Mutex<Receiver<()>>,
}

impl Backend for &'static Probe {
    fn describe(&self) -> &Description {
        &self.description
    }

    #[expect(clippy::cast_precision_loss, reason = "test ids are small")]
    fn run(&self, batch: &Batch, pass: Pass<'_>) -> Result<Answers> {
        if batch.ids().contains(&WAITS) {
            self.entered.send(()).unwrap();
            self.gate.lock().unwrap().recv().unwrap();
        }
        pass.cancel.check()?;
        assert!(
            !batch.ids().contains(&PANICS),
            "a panic with the text of a prompt"
        );
        if let Some(at) = batch.rows().position(|row| row.contains(&REFUSES)) {
            return Err(Error::new(
                Code::InvalidInput,
                format!("rows[{at}]"),
                "another id",
                "R",
            ));
        }
        self.rows.fetch_add(batch.len(), Ordering::Relaxed);
        self.passes
            .lock()
            .unwrap()
            .push((batch.len(), pass.threads));
        let answer = |ids: &[u32]| {
            vec![Answer {
                head: 0,
                values: vec![ids[0] as f32, ids.len() as f32],
            }]
        };
        Ok(batch.rows().map(answer).collect())
    }
}

struct Characters;

impl Tokeniser for Characters {
    fn encode(&self, text: &str, _pair: Option<&str>, _places: bool) -> Result<Encoding> {
        let ids: Vec<u32> = text.chars().map(u32::from).collect();
        Ok(Encoding {
            content: 0..ids.len(),
            ids,
            ..Encoding::default()
        })
    }
}

struct Bench {
    probe: &'static Probe,
    model: Arc<Model>,
    scheduler: Scheduler,
    entered: Mutex<Receiver<()>>,
    open: Sender<()>,
}

fn bench(change: impl FnOnce(&mut Limits)) -> Bench {
    signalbox_core::silence_panics();
    let head = Head {
        name: "embedding".to_owned(),
        task: Task::Embedding,
        labels: Vec::new(),
        activation: Activation::Softmax,
        experimental: false,
        merge: Merge::Mean,
        pooling: Pooling::Mean,
        width: 2,
    };
    let (entering, entered) = channel();
    let (open, gate) = channel();
    let probe: &'static Probe = Box::leak(Box::new(Probe {
        description: Description {
            architecture: "probe".to_owned(),
            heads: vec![head],
            max_tokens: 512,
            adapters: Vec::new(),
            images: false,
            batch_invariant: true,
            weight_bytes: 0,
        },
        rows: AtomicUsize::new(0),
        passes: Mutex::default(),
        entered: entering,
        gate: Mutex::new(gate),
    }));
    let mut limits = Limits::of(2);
    change(&mut limits);
    Bench {
        probe,
        model: Arc::new(Model::new(Box::new(probe), Some(Box::new(Characters)))),
        scheduler: Scheduler::start(limits).unwrap(),
        entered: Mutex::new(entered),
        open,
    }
}

impl Bench {
    fn submit(
        &self,
        texts: &[String],
        cancel: &Cancel,
        tenant: Option<&str>,
    ) -> Receiver<Result<Vec<Outcomes>>> {
        let (sender, receiver) = channel();
        let item = |text: &String| Item {
            text: text.clone(),
            heads: Heads::none().with(0),
            ..Item::default()
        };
        self.scheduler.submit(Call {
            model: Arc::clone(&self.model),
            items: texts.iter().map(item).collect(),
            cancel: cancel.clone(),
            tenant: tenant.map(str::to_owned),
            done: Box::new(move |result| sender.send(result).unwrap()),
        });
        receiver
    }

    fn one(&self, text: &str) -> Receiver<Result<Vec<Outcomes>>> {
        self.submit(&[text.to_owned()], &Cancel::default(), None)
    }

    fn rows(&self) -> usize {
        self.probe.rows.load(Ordering::Relaxed)
    }
}

#[expect(clippy::cast_precision_loss, reason = "test texts are short")]
fn check(texts: &[String], outcomes: &[Outcomes]) {
    assert_eq!(outcomes.len(), texts.len());
    for (text, outcome) in texts.iter().zip(outcomes) {
        let [(0, Outcome::Embedding(vector))] = outcome.as_slice() else {
            panic!("one vector: {outcome:?}")
        };
        let (first, length) = (
            u32::from(text.chars().next().unwrap()) as f32,
            text.len() as f32,
        );
        let norm = first.hypot(length);
        assert!(
            (vector[0] - first / norm).abs() < 1e-6 && (vector[1] - length / norm).abs() < 1e-6,
            "{text}"
        );
    }
}

#[test]
fn every_call_gets_its_own_answers() {
    let bench = bench(|limits| limits.batch_tokens = 100);
    thread::scope(|scope| {
        for number in 0..8_usize {
            let bench = &bench;
            scope.spawn(move || {
                for round in 0..40 {
                    let text = |at: usize| {
                        "abcdefgh"[(number + at) % 8..].repeat(1 + (round * 7 + at) % 30)
                    };
                    let texts: Vec<String> = (0..round % 9).map(text).collect();
                    let outcomes = bench
                        .submit(&texts, &Cancel::default(), None)
                        .recv()
                        .unwrap()
                        .unwrap();
                    check(&texts, &outcomes);
                }
            });
        }
    });
}

#[test]
fn what_waits_together_runs_together_and_a_lone_call_has_all_threads() {
    let bench = bench(|limits| limits.threads = 1);
    let first = bench.one("W");
    bench.entered.lock().unwrap().recv().unwrap();
    let waiting: Vec<_> = (0..40).map(|_| bench.one("abc")).collect();
    bench.open.send(()).unwrap();
    first.recv().unwrap().unwrap();
    for call in waiting {
        call.recv().unwrap().unwrap();
    }
    let passes = bench.probe.passes.lock().unwrap().clone();
    assert_eq!(passes, [(1, 1), (32, 1), (8, 1)]);
}

#[test]
fn a_fault_or_panic_of_one_call_costs_no_other() {
    let bench = bench(|limits| limits.threads = 1);
    let first = bench.one("W");
    bench.entered.lock().unwrap().recv().unwrap();
    let calls = ["good", "R", "fine", "P", "well"].map(|text| (text, bench.one(text)));
    bench.open.send(()).unwrap();
    first.recv().unwrap().unwrap();
    for (text, call) in calls {
        let result = call.recv().unwrap();
        match text {
            "R" => assert_eq!(result.unwrap_err().code(), Code::InvalidInput),
            "P" => {
                let error = result.unwrap_err();
                assert_eq!(error.code(), Code::Internal);
                assert!(!error.to_string().contains("prompt"), "{error}");
            }
            _ => check(&[text.to_owned()], &result.unwrap()),
        }
    }
}

#[test]
fn a_call_given_up_while_it_waits_never_runs() {
    let bench = bench(|limits| limits.threads = 1);
    let first = bench.one("W");
    bench.entered.lock().unwrap().recv().unwrap();
    let cancel = Cancel::default();
    let second = bench.submit(&["abc".to_owned()], &cancel, None);
    cancel.cancel();
    bench.open.send(()).unwrap();
    first.recv().unwrap().unwrap();
    assert_eq!(second.recv().unwrap().unwrap_err().code(), Code::Cancelled);
    assert_eq!(bench.rows(), 1);
}

#[test]
fn more_calls_than_may_wait_are_refused() {
    let bench = bench(|limits| (limits.threads, limits.calls) = (1, 2));
    let first = bench.one("W");
    bench.entered.lock().unwrap().recv().unwrap();
    let second = bench.one("abc");
    assert_eq!(
        bench.one("abc").recv().unwrap().unwrap_err().code(),
        Code::Overloaded
    );
    bench.open.send(()).unwrap();
    first.recv().unwrap().unwrap();
    second.recv().unwrap().unwrap();
    bench.one("abc").recv().unwrap().unwrap();
}

#[test]
fn a_long_conversation_pays_for_its_newest_string_only() {
    let bench = bench(|_| {});
    let mut texts = Vec::new();
    for turn in 0..40 {
        texts.push(format!("turn {turn}"));
        let before = bench.rows();
        let outcomes = bench
            .submit(&texts, &Cancel::default(), Some("tenant"))
            .recv()
            .unwrap()
            .unwrap();
        check(&texts, &outcomes);
        assert_eq!(bench.rows() - before, 1, "turn {turn}");
    }
    let before = bench.rows();
    bench
        .submit(&texts, &Cancel::default(), Some("another"))
        .recv()
        .unwrap()
        .unwrap();
    assert_eq!(
        bench.rows() - before,
        40,
        "what one tenant paid for another does not get"
    );
}

#[test]
fn jobs_run_even_after_one_panicked_and_the_scheduler_was_dropped() {
    let bench = bench(|limits| limits.threads = 1);
    let (sender, receiver) = channel();
    bench.scheduler.run(|| panic!("a job of the test"));
    for number in 0..3 {
        let sender = sender.clone();
        bench.scheduler.run(move || sender.send(number).unwrap());
    }
    drop((bench, sender));
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [0, 1, 2]);
}
