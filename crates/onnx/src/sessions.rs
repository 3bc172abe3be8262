//! Sessions over one graph: as many as passes run at once, each used by one pass at a time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ort::logging::LogLevel;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use signalbox_base::Result;
use signalbox_core::{caught, cpu_features};

use crate::fault::{model_invalid, said};

/// The graph's file, and the sessions that no pass uses at the moment.
pub(crate) struct Sessions {
    path: PathBuf,
    name: String,
    cache: Option<PathBuf>,
    idle: Mutex<Idle>,
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
    /// Opens the first session; `name` is how errors call the file. Where `cache` is given, the graph as ONNX Runtime rewrote it is kept
    /// in that file, or read from it.
    ///
    /// # Errors
    /// `ModelInvalid` when the file holds no graph that ONNX Runtime can run.
    pub(crate) fn open(path: PathBuf, name: String, cache: Option<PathBuf>) -> Result<Self> {
        let pool = Self {
            path,
            name,
            cache,
            idle: Mutex::default(),
        };
        drop(pool.lease(1)?);
        Ok(pool)
    }

    /// How errors call the file.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The graph's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
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

    /// The threads of a session are settled when it is made, so there are two kinds: of one thread, and of as many as the first pass
    /// that had several.
    fn take(&self, threads: usize) -> (usize, Option<Session>) {
        let mut idle = self.idle();
        let threads = match threads {
            0 | 1 => 1,
            several => *idle.wide.get_or_insert(several),
        };
        let found = idle.sessions.iter().position(|(_, kind)| *kind == threads);
        (threads, found.map(|at| idle.sessions.swap_remove(at).0))
    }

    fn session(&self, threads: usize) -> Result<Session> {
        let place = self.name.clone();
        caught("ONNX Runtime", || {
            let made = self
                .builder(threads)
                .and_then(|mut builder| builder.commit_from_file(self.source()));
            made.map_err(|error| {
                model_invalid(
                    place,
                    "a graph that ONNX Runtime runs",
                    said(error.message(), &self.path),
                )
            })
        })
    }

    fn source(&self) -> &Path {
        match &self.cache {
            Some(cache) if cache.is_file() => cache,
            _ => &self.path,
        }
    }

    fn builder(&self, threads: usize) -> ort::Result<SessionBuilder> {
        // Without VNNI, products of u8 and s8 may overflow 16 bits on x86; the slower way does not.
        let features = cpu_features();
        let exact = !features.contains(&"avx2") || features.contains(&"avx512vnni");
        let level = match &self.cache {
            Some(cache) if cache.is_file() => GraphOptimizationLevel::Disable,
            _ => GraphOptimizationLevel::All,
        };
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
        let builder = if exact {
            builder
        } else {
            builder.with_precise_qmm()?
        };
        match &self.cache {
            Some(cache) if !cache.is_file() => Ok(builder.with_optimized_model_path(cache)?),
            _ => Ok(builder),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
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
