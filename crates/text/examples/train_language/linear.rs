//! A linear classifier over rows of weights, learned by stochastic gradient descent with a step of its own for every weight
//! (Duchi, Hazan and Singer 2011, `AdaGrad`), and rounded to bytes.

/// Weights `[rows, classes]`. What a text says is the sum of its rows over the square root of how many they are.
pub(crate) struct Linear {
    classes: usize,
    weights: Vec<f32>,
    squares: Vec<f32>,
    logits: Vec<f32>,
}

impl Linear {
    pub(crate) fn new(rows: usize, classes: usize) -> Self {
        Self {
            classes,
            weights: vec![0.0; rows * classes],
            squares: vec![1e-3; rows * classes],
            logits: vec![0.0; classes],
        }
    }

    /// The logit of every class.
    pub(crate) fn logits(&mut self, rows: &[u32]) -> &mut [f32] {
        self.logits.fill(0.0);
        for row in rows {
            let start = *row as usize * self.classes;
            for (logit, weight) in self.logits.iter_mut().zip(&self.weights[start..]) {
                *logit += weight;
            }
        }
        let factor = 1.0 / (rows.len().max(1) as f32).sqrt();
        for logit in &mut self.logits {
            *logit *= factor;
        }
        &mut self.logits
    }

    /// One step towards `class`.
    pub(crate) fn learn(&mut self, rows: &[u32], class: usize, rate: f32) {
        softmax(self.logits(rows));
        self.logits[class] -= 1.0;
        let factor = 1.0 / (rows.len().max(1) as f32).sqrt();
        for row in rows {
            let start = *row as usize * self.classes;
            for (at, error) in (start..).zip(&self.logits) {
                let slope = error * factor;
                if slope.abs() > 1e-5 {
                    self.squares[at] += slope * slope;
                    self.weights[at] -= rate * slope / self.squares[at].sqrt();
                }
            }
        }
    }

    /// Of a classifier of two classes: the weights of the second less those of the first.
    pub(crate) fn difference(&self) -> Self {
        let pairs = self.weights.chunks_exact(2);
        let weights: Vec<f32> = pairs.map(|pair| pair[1] - pair[0]).collect();
        Self {
            weights,
            ..Self::new(0, 1)
        }
    }

    /// Rounds the weights to what a byte holds, the largest 0.05 % cut short; gives the unit.
    pub(crate) fn round(&mut self) -> f32 {
        let mut sizes: Vec<f32> = self
            .weights
            .iter()
            .map(|weight| weight.abs())
            .filter(|size| *size > 0.0)
            .collect();
        sizes.sort_by(f32::total_cmp);
        let unit = sizes[sizes.len() - 1 - sizes.len() / 2000] / 127.0;
        for weight in &mut self.weights {
            *weight = (*weight / unit).round().clamp(-127.0, 127.0) * unit;
        }
        unit
    }

    /// The rounded weights in units, rows filled up to `width`.
    pub(crate) fn bytes(&self, unit: f32, width: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for row in self.weights.chunks(self.classes) {
            bytes.extend(row.iter().map(|weight| (weight / unit).round() as i8 as u8));
            bytes.extend(std::iter::repeat_n(0, width - row.len()));
        }
        bytes
    }
}

pub(crate) fn softmax(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0;
    for logit in logits.iter_mut() {
        *logit = (*logit - most).exp();
        total += *logit;
    }
    for logit in logits {
        *logit /= total;
    }
}
