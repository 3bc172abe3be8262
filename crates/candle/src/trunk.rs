//! The body of a model: from tokens to the hidden state of each.

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Batch, Pass};
use signalbox_encoder::{Branch, Branches, EachBranch};

/// What stands below the heads of a model.
pub(crate) trait Trunk: Send + Sync {
    /// Numbers in the hidden state of a token.
    fn width(&self) -> usize;

    /// The most tokens a row may have.
    fn max_tokens(&self) -> usize;

    /// Memory that the weights take.
    fn weight_bytes(&self) -> usize;

    /// How many low-rank adapters rows may choose from.
    fn adapters(&self) -> usize {
        0
    }

    /// The branches beside its own upper layers, by their places less one.
    fn branches(&self) -> &[Branch] {
        &[]
    }

    /// Gives `each` the hidden states of every row, `[tokens, width]`, once for every branch that it wants, and the branch.
    ///
    /// # Errors
    /// As `run`.
    fn run_branches(
        &self,
        batch: &Batch,
        _wanted: &[Branches],
        pass: Pass<'_>,
        each: &mut EachBranch<'_>,
    ) -> Result<()> {
        self.run(batch, pass, &mut |row, states| each(row, 0, states))
    }

    /// Gives `each` the hidden states of every row, `[tokens, width]`, in the order of the batch.
    ///
    /// # Errors
    /// As `signalbox_core::Backend::run`; what `each` gives.
    fn run(
        &self,
        batch: &Batch,
        pass: Pass<'_>,
        each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
    ) -> Result<()>;
}

/// Refuses rows that a trunk of this vocabulary and length cannot read; of no use to the fused encoder, which looks itself.
///
/// # Errors
/// `InvalidInput` naming the row.
pub(crate) fn check_rows(batch: &Batch, vocabulary: usize, max_tokens: usize) -> Result<()> {
    for (number, ids) in batch.rows().enumerate() {
        let fault = |expected: String, received: String| {
            Error::new(
                Code::InvalidInput,
                format!("rows[{number}]"),
                expected,
                received,
            )
        };
        if ids.len() > max_tokens {
            let expected = format!("at most {max_tokens} tokens");
            return Err(fault(expected, format!("{} tokens", ids.len())));
        }
        if let Some(id) = ids.iter().find(|id| **id as usize >= vocabulary) {
            return Err(fault(format!("ids below {vocabulary}"), id.to_string()));
        }
    }
    Ok(())
}
