//! Panics become errors that tell where, never what: a panic's text may hold a prompt.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::sync::Once;

use signalbox_base::{Code, Error, Result};

thread_local! {
    /// Where the last panic of this thread was, when that is a file of this workspace.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Runs `body`; a panic is an `Internal` error that names `name` and the source line.
///
/// # Errors
/// What `body` gives, or `Internal`.
pub fn caught<T>(name: &'static str, body: impl FnOnce() -> Result<T>) -> Result<T> {
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

/// Replaces the hook that would print paths and the panic's text to the error stream; done once, before anything else runs.
pub fn silence_panics() {
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

    #[test]
    fn values_and_errors_pass() {
        assert_eq!(caught("name", || Ok(7)), Ok(7));
        let error = Error::new(Code::Disposed, "model", "a live handle", "a disposed one");
        assert_eq!(caught::<u32>("name", || Err(error.clone())), Err(error));
    }

    #[test]
    fn a_panic_becomes_internal_without_its_text() {
        silence_panics();
        let error = caught::<u32>("name", || panic!("text of a prompt")).expect_err("a panic");
        assert_eq!((error.code(), error.at()), (Code::Internal, "name"));
        assert!(
            error
                .received()
                .starts_with("a panic in crates/core/src/panic.rs:"),
            "{error}"
        );
        assert!(!error.to_string().contains("prompt"));
    }

    #[test]
    fn a_panic_of_the_standard_library_is_caught_too() {
        silence_panics();
        let empty: Vec<u32> = Vec::new();
        let failed = caught("name", || Ok(empty[std::hint::black_box(3)]));
        assert_eq!(failed.expect_err("a panic").code(), Code::Internal);
    }
}
