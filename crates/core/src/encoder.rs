//! A model from text to vectors: tokenise, run, pool, normalise, in one call.

use signalbox_base::{Code, Error, Result};

use crate::{Backend, Batch, Cancel, Matrix, Output, Pooling, Tokeniser, normalise, pool};

/// A loaded embedding model.
pub struct Encoder {
    backend: Box<dyn Backend>,
    tokeniser: Box<dyn Tokeniser>,
    pooling: Pooling,
}

impl Encoder {
    /// Joins the three parts of a model folder.
    #[must_use]
    pub fn new(backend: Box<dyn Backend>, tokeniser: Box<dyn Tokeniser>, pooling: Pooling) -> Self {
        Self {
            backend,
            tokeniser,
            pooling,
        }
    }

    /// The engine and its model.
    #[must_use]
    pub fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }

    /// Unit vectors, one a text: `[texts, dimensions]`.
    ///
    /// # Errors
    /// `InvalidInput` naming a text that has more tokens than the model reads (nothing is cut off in silence); `Cancelled`.
    pub fn embed<Text: AsRef<str>>(&self, texts: &[Text], cancel: &Cancel) -> Result<Matrix> {
        let mut rows = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            cancel.check()?;
            rows.push(self.tokens(at, text.as_ref())?);
        }
        let batch = Batch::new(&rows)?;
        let Output::Hidden(hidden) = self.backend.run(&batch, cancel)?;
        let mut vectors = pool(&hidden, &batch, self.pooling);
        vectors
            .values
            .chunks_exact_mut(vectors.width)
            .for_each(normalise);
        Ok(vectors)
    }

    fn tokens(&self, at: usize, text: &str) -> Result<Vec<u32>> {
        let ids = self.tokeniser.encode(text)?;
        let most = self.backend.max_tokens();
        if ids.len() > most {
            let received = format!("{} tokens", ids.len());
            return Err(Error::new(
                Code::InvalidInput,
                format!("texts[{at}]"),
                format!("at most {most} tokens"),
                received,
            ));
        }
        Ok(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two numbers a token: its id and 1.
    struct Identity;

    impl Backend for Identity {
        fn run(&self, input: &Batch, cancel: &Cancel) -> Result<Output> {
            cancel.check()?;
            #[expect(clippy::cast_precision_loss, reason = "test ids are small")]
            let values = input
                .ids()
                .iter()
                .flat_map(|id| [*id as f32, 1.0])
                .collect();
            Ok(Output::Hidden(Matrix { values, width: 2 }))
        }
        fn architecture(&self) -> &'static str {
            "identity"
        }
        fn max_tokens(&self) -> usize {
            4
        }
        fn dimensions(&self) -> usize {
            2
        }
    }

    /// One id a byte.
    struct Bytes;

    impl Tokeniser for Bytes {
        fn encode(&self, text: &str) -> Result<Vec<u32>> {
            Ok(text.bytes().map(|byte| u32::from(byte - b'a')).collect())
        }
    }

    fn encoder() -> Encoder {
        Encoder::new(Box::new(Identity), Box::new(Bytes), Pooling::Mean)
    }

    #[test]
    fn embeds_to_unit_vectors() {
        let vectors = encoder()
            .embed(&["a", "bb"], &Cancel::default())
            .expect("vectors");
        let half = 0.5_f32.sqrt();
        let expected = [0.0, 1.0, half, half];
        assert!(
            vectors
                .values
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-6),
            "{vectors:?}"
        );
    }

    #[test]
    fn too_long_a_text_is_refused_by_its_number() {
        let error = encoder()
            .embed(&["a", "aaaaa"], &Cancel::default())
            .expect_err("five tokens");
        assert_eq!(
            (error.code(), error.at(), error.received()),
            (Code::InvalidInput, "texts[1]", "5 tokens")
        );
    }

    #[test]
    fn cancelling_stops_it() {
        let cancel = Cancel::default();
        cancel.cancel();
        assert_eq!(
            encoder()
                .embed(&["a"], &cancel)
                .expect_err("cancelled")
                .code(),
            Code::Cancelled
        );
    }
}
