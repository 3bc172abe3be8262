//! Around every export: failures become data, and a panic becomes INTERNAL instead of a dead process.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::sync::Once;

use napi::bindgen_prelude::Either;
use signalbox_base::{Code, Error, Result};

use crate::failure::RawFailure;

thread_local! {
    /// Where the last panic of this thread was, when that is a file of this workspace.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Runs the body of the export called `name`.
pub(crate) fn guard<T>(
    name: &'static str,
    body: impl FnOnce() -> Result<T>,
) -> Either<T, RawFailure> {
    match caught(name, body) {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(error.into()),
    }
}

/// Runs `body`; a panic is an `Internal` error that names the export and the source line, never the panic's text (it may hold a prompt).
pub(crate) fn caught<T>(name: &'static str, body: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // A payload whose drop panics again would end the process.
        std::mem::forget(payload);
        let place = PLACE.take().unwrap_or_else(|| "a dependency".to_owned());
        Err(Error::new(
            Code::Internal,
            name,
            "no panic",
            format!("a panic in {place}"),
        ))
    })
}

/// Replaces the hook that would print paths and the panic's text to the error stream; done once, before the first export runs.
pub(crate) fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_hook(Box::new(remember)));
}

fn remember(panic: &PanicHookInfo<'_>) {
    let place = panic
        .location()
        .filter(|place| place.file().starts_with("crates"));
    PLACE.set(place.map(|place| format!("{}:{}", place.file(), place.line())));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(body: fn() -> Result<u32>) -> RawFailure {
        match guard("name", body) {
            Either::A(value) => panic!("{value} instead of a failure"),
            Either::B(failure) => failure,
        }
    }

    #[test]
    fn a_value_and_an_error_pass() {
        assert!(matches!(guard("name", || Ok(7)), Either::A(7)));
        let failure = failure(|| {
            Err(Error::new(
                Code::Disposed,
                "model",
                "a live handle",
                "a disposed one",
            ))
        });
        assert_eq!(
            (failure.code.as_str(), failure.at.as_str()),
            ("DISPOSED", "model")
        );
    }

    #[test]
    fn a_panic_becomes_internal_without_its_text() {
        silence_panics();
        let failure = failure(|| panic!("text of a prompt"));
        assert_eq!(
            (failure.code.as_str(), failure.at.as_str()),
            ("INTERNAL", "name")
        );
        assert!(
            failure
                .received
                .starts_with("a panic in crates/node/src/guard.rs:"),
            "{failure:?}"
        );
        assert!(!format!("{failure:?}").contains("prompt"));
    }

    #[test]
    fn a_panic_of_the_standard_library_is_caught_too() {
        silence_panics();
        let empty: Vec<u32> = Vec::new();
        let failed = guard("name", || Ok(empty[std::hint::black_box(3)]));
        assert!(matches!(failed, Either::B(failure) if failure.code == "INTERNAL"));
    }
}
