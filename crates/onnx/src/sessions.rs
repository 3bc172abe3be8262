//! Sessions over one graph: as many as passes run at once, each used by one pass at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ort::logging::LogLevel;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, PrepackedWeights, SessionBuilder};
use signalbox_base::Result;
use signalbox_core::{caught, cpu_features};
use signalbox_folder::fault::model_invalid;

use crate::fault::said;
use crate::places::File;
use crate::weights::{self, Weight};

/// How sessions are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Making {
    /// Where the graph is kept as ONNX Runtime rewrote it for this machine.
    pub(crate) cache: Option<PathBuf>,
    /// Whether all sessions use one copy of the weights.
    pub(crate) sharing: bool,
}

/// The graph's file, and the sessions that no pass uses at the moment.
pub(crate) struct Sessions {
    file: File,
    cache: Option<PathBuf>,
    shared: Option<Shared>,
    idle: Mutex<Idle>,
}

struct Shared {
    packed: PrepackedWeights,
    weights: Vec<Weight>,
}

#[derive(Default)]
struct Idle {
    sessions: Vec<(Session, usize)>,
    /// Threads of the sessions that compute one row on several.
    wide: Option<usize>,
}

/// A session that belongs to one pass.
pub(crate) struct Lease<'pool> {
    pool: &'pool Sessions,
    threads: usize,
    /// Only empty while it is dropped.
    session: Option<Session>,
}

impl Sessions {
    /// Opens the first session.
    ///
    /// # Errors
    /// `ModelInvalid` when the file holds no graph that ONNX Runtime can run.
    pub(crate) fn open(file: &File, making: Making) -> Result<Self> {
        let pool = Self {
            file: file.clone(),
            shared: making.sharing.then(|| Shared::read(&file.path)),
            cache: making.cache,
            idle: Mutex::default(),
        };
        drop(pool.lease(1)?);
        Ok(pool)
    }

    /// The graph's file.
    pub(crate) const fn file(&self) -> &File {
        &self.file
    }

    /// A session for a pass that may use so many threads: one that is idle, or a new one.
    ///
    /// # Errors
    /// As `open`.
    pub(crate) fn lease(&self, threads: usize) -> Result<Lease<'_>> {
        let (threads, idle) = self.take(threads);
        let session = match idle {
            Some(session) => session,
            None => self.session(threads)?,
        };
        Ok(Lease {
            pool: self,
            threads,
            session: Some(session),
        })
    }

    /// The threads of a session are settled when it is made, so there are two kinds: of one thread, and of as many as the first pass had
    /// that had several.
    fn take(&self, threads: usize) -> (usize, Option<Session>) {
        let mut idle = self.idle();
        let threads = match (threads, idle.wide) {
            (0 | 1, _) => 1,
            (several, Some(wide)) if several < wide => 1,
            (several, _) => *idle.wide.get_or_insert(several),
        };
        let found = idle.sessions.iter().position(|(_, kind)| *kind == threads);
        let session = found.map(|at| idle.sessions.swap_remove(at).0);
        (threads, session)
    }

    fn session(&self, threads: usize) -> Result<Session> {
        caught("ONNX Runtime", || {
            self.made(threads).map_err(|error| {
                let received = said(error.message(), &self.file.path);
                model_invalid(&self.file.name, "a graph that ONNX Runtime runs", received)
            })
        })
    }

    /// From the graph that was kept, or from the model's own, which is kept on that occasion.
    fn made(&self, threads: usize) -> ort::Result<Session> {
        let Some(cache) = &self.cache else {
            return self
                .builder(threads, GraphOptimizationLevel::All)?
                .commit_from_file(&self.file.path);
        };
        if cache.is_file() {
            let kept = self
                .builder(threads, GraphOptimizationLevel::Disable)?
                .commit_from_file(cache);
            if kept.is_ok() {
                return kept;
            }
        }
        // Written under another name: a process that starts meanwhile must not read half of it.
        let half = cache.with_extension(format!("{}.tmp", std::process::id()));
        let session = self
            .builder(threads, GraphOptimizationLevel::All)?
            .with_optimized_model_path(&half)?
            .commit_from_file(&self.file.path)?;
        if fs::rename(&half, cache).is_err() {
            drop(fs::remove_file(&half));
        }
        Ok(session)
    }

    fn builder(
        &self,
        threads: usize,
        level: GraphOptimizationLevel,
    ) -> ort::Result<SessionBuilder> {
        let builder = Session::builder()?
            .with_no_environment_execution_providers()?
            .with_optimization_level(level)?
            .with_parallel_execution(false)?
            .with_inter_threads(1)?
            .with_intra_threads(threads)?
            // A thread that waits must not take time from the event loop, or from another pass.
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .with_memory_pattern(false)?
            .with_log_level(LogLevel::Fatal)?;
        let builder = if overflows() {
            builder.with_precise_qmm()?
        } else {
            builder
        };
        match &self.shared {
            Some(shared) => shared.with(builder),
            None => Ok(builder),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without VNNI, sums of products of u8 and s8 may overflow 16 bits on x86.
fn overflows() -> bool {
    let features = cpu_features();
    features.contains(&"avx2") && !features.contains(&"avx512vnni")
}

impl Shared {
    fn read(path: &Path) -> Self {
        Self {
            packed: PrepackedWeights::new(),
            weights: weights::read(path),
        }
    }

    fn with(&self, builder: SessionBuilder) -> ort::Result<SessionBuilder> {
        let mut builder = builder.with_prepacked_weights(&self.packed)?;
        for (name, value) in &self.weights {
            builder = builder.with_initializer(name, value.clone())?;
        }
        Ok(builder)
    }
}

impl Lease<'_> {
    pub(crate) fn session(&mut self) -> &mut Session {
        self.session
            .as_mut()
            .expect("a lease holds its session until it is dropped")
    }
}

impl Drop for Lease<'_> {
    /// What a panic went through is not used again.
    fn drop(&mut self) {
        if let Some(session) = self.session.take().filter(|_| !std::thread::panicking()) {
            self.pool.idle().sessions.push((session, self.threads));
        }
    }
}
