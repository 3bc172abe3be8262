//! The error every crate returns: a code from a closed list, what was expected, what came, and where.

use std::fmt;

/// A shorthand for results of this workspace.
pub type Result<T> = std::result::Result<T, Error>;

/// Every way the native side can fail. `src/errors.ts` holds the same words; a test proves it is a superset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A caller's value has the wrong type, range or shape.
    InvalidInput,
    /// The flavor that is loaded cannot do what was called.
    CapabilityMissing,
    /// A model folder lacks a file or key, or holds something unreadable.
    ModelInvalid,
    /// The handle was disposed before the call.
    Disposed,
    /// The caller gave up.
    Cancelled,
    /// The deadline of a call passed before it was done.
    DeadlineExceeded,
    /// More calls wait already than may.
    Overloaded,
    /// A bug: a panic that the boundary turned into an error.
    Internal,
}

impl Code {
    /// All codes, for the catalogue test.
    pub const ALL: [Self; 8] = [
        Self::InvalidInput,
        Self::CapabilityMissing,
        Self::ModelInvalid,
        Self::Disposed,
        Self::Cancelled,
        Self::DeadlineExceeded,
        Self::Overloaded,
        Self::Internal,
    ];

    /// The word that crosses the boundary.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "INVALID_INPUT",
            Self::CapabilityMissing => "CAPABILITY_MISSING",
            Self::ModelInvalid => "MODEL_INVALID",
            Self::Disposed => "DISPOSED",
            Self::Cancelled => "CANCELLED",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::Overloaded => "OVERLOADED",
            Self::Internal => "INTERNAL",
        }
    }
}

/// What failed: `code`, and as fields (not only as text) what was expected, what came, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    expected: String,
    received: String,
    at: String,
}

impl Error {
    /// `at` names the argument, file or key; `expected` and `received` are short phrases without secrets or prompt text.
    #[must_use]
    pub fn new(
        code: Code,
        at: impl Into<String>,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Self {
        Self {
            code,
            expected: expected.into(),
            received: received.into(),
            at: at.into(),
        }
    }

    /// Which of the closed list this is.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What would have been right.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What came instead.
    #[must_use]
    pub fn received(&self) -> &str {
        &self.received
    }

    /// The argument, file or key it is about.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }
}

/// `InvalidInput`: a caller's value is not as it should be.
#[must_use]
pub fn invalid_input(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::InvalidInput, at, expected, received)
}

/// `ModelInvalid`: a file of a model is not as it should be; `at` is the file, or file and key.
#[must_use]
pub fn model_invalid(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::ModelInvalid, at, expected, received)
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: at {}: expected {}, received {}",
            self.code.as_str(),
            self.at,
            self.expected,
            self.received
        )
    }
}

impl std::error::Error for Error {}
