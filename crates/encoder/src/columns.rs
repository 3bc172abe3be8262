//! A layer by columns: all threads take all tokens, and each some of the outputs. For few tokens, where reading the weights takes the time.

use std::sync::Mutex;

use signalbox_base::Result;
use signalbox_simd::{Epilogue, Quantised, Team};

use crate::batch::Tokens;
use crate::layer::{Layer, Pass, normed};
use crate::linear::Linear;
use crate::parts::each;
use crate::scratch::{Scratch, Space};

/// Parts a thread: with more, threads that are late matter less; with fewer, a part costs less.
const PARTS: usize = 2;

impl Layer {
    /// What `by_rows` gives, to the bit; no row may have an adapter.
    ///
    /// # Errors
    /// What `pass.cancel` gives.
    pub(crate) fn by_columns(
        &self,
        pass: Pass<'_>,
        tokens: &Tokens<'_>,
        scratch: &mut Scratch,
        team: &mut Team<'_>,
    ) -> Result<()> {
        let (kernels, count, hidden) = (pass.kernels, tokens.ids().len(), pass.hidden());
        let rows = &mut scratch.hidden[..count * hidden];
        let qkv = &mut scratch.qkv[..count * 3 * hidden];
        let context = &mut scratch.context[..count * hidden];
        let Space {
            normed: space,
            inner,
            linear,
            ..
        } = &mut scratch.own;
        let inner = &mut inner[..count * pass.intermediate];
        let mut step = |team: &mut Team<'_>,
                        linear_layer: &Linear,
                        input: &[f32],
                        epilogue,
                        out: &mut [f32]| {
            let spread = Spread {
                pass,
                linear: linear_layer,
                epilogue,
                spaces: &scratch.spaces,
            };
            spread.run(team, input, &mut linear.quantised, out)
        };

        let input = normed(pass, self.before_attention.as_ref(), rows, space);
        step(team, &self.qkv, input, Epilogue::Store, qkv)?;
        self.rotate(pass, tokens, 0..count, qkv);
        self.attend(pass, tokens, (qkv, context), &scratch.spaces, team)?;
        step(team, &self.attention_out, context, Epilogue::Add, rows)?;
        self.after_attention
            .iter()
            .for_each(|norm| norm.run(kernels, rows));
        let input = normed(pass, self.before_mlp.as_ref(), rows, space);
        step(team, &self.up, input, self.activation, inner)?;
        step(team, &self.down, inner, Epilogue::Add, rows)?;
        self.after_mlp
            .iter()
            .for_each(|norm| norm.run(kernels, rows));
        Ok(())
    }
}

/// One linear layer, spread over the threads.
struct Spread<'call> {
    pass: Pass<'call>,
    linear: &'call Linear,
    epilogue: Epilogue,
    spaces: &'call [Mutex<Space>],
}

impl Spread<'_> {
    fn run(
        &self,
        team: &mut Team<'_>,
        input: &[f32],
        quantised: &mut Quantised,
        out: &mut [f32],
    ) -> Result<()> {
        let kernels = self.pass.kernels;
        self.linear.prepare(kernels, input, quantised);
        let ready = (input, &*quantised);
        let parts = self.linear.cut(out, PARTS * team.threads());
        each(team, self.spaces, parts, |(panels, out), _| {
            (self.pass.cancel)()?;
            self.linear
                .run_part(kernels, ready, panels, self.epilogue, out);
            Ok(())
        })
    }
}
