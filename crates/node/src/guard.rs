//! Around every export: failures become data, and a panic becomes INTERNAL instead of a dead process.

use napi::bindgen_prelude::Either;
use signalbox_base::Result;
use signalbox_core::caught;

use crate::failure::RawFailure;

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

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_base::{Code, Error};
    use signalbox_core::silence_panics;

    fn failure(body: fn() -> Result<u32>) -> RawFailure {
        match guard("name", body) {
            Either::A(value) => panic!("{value} instead of a failure"),
            Either::B(failure) => failure,
        }
    }

    #[test]
    fn a_value_an_error_and_a_panic_become_what_they_are() {
        assert!(matches!(guard("name", || Ok(7)), Either::A(7)));
        let error = || Error::new(Code::Disposed, "model", "a live handle", "a disposed one");
        let failed = failure(|| {
            Err(Error::new(
                Code::Disposed,
                "model",
                "a live handle",
                "a disposed one",
            ))
        });
        assert_eq!(
            (failed.code.as_str(), failed.at.as_str()),
            ("DISPOSED", error().at())
        );
        silence_panics();
        assert_eq!(failure(|| panic!("text of a prompt")).code, "INTERNAL");
    }
}
