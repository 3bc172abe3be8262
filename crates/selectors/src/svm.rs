//! Support vector machines, one against the rest for each model: linear, or with a Gaussian kernel.

use signalbox_base::Result;
use signalbox_simd::{Epilogue, Kernels, PackedF32};

use crate::distance::Points;
use crate::entry::{Entry, Fields};
use crate::weights::Budget;

#[derive(Clone, Copy)]
enum KernelName {
    Linear,
    Rbf,
}

const KERNELS: [(&str, KernelName); 2] = [("linear", KernelName::Linear), ("rbf", KernelName::Rbf)];

/// `exp(-gamma |x - v|²)` for every support vector `v`.
struct Rbf {
    vectors: Points,
    gamma: f32,
}

/// Margins as probabilities, `1 / (1 + exp(a f + b))`: J. Platt, "Probabilistic outputs for support vector machines" (1999), section 2.
struct Platt {
    a: Vec<f32>,
    b: Vec<f32>,
}

pub(crate) struct Svm {
    /// None: linear.
    kernel: Option<Rbf>,
    /// `[models, dimensions]` or, with a kernel, the dual coefficients `[models, support vectors]`; the intercepts are its bias.
    weight: PackedF32,
    platt: Option<Platt>,
}

impl Svm {
    pub(crate) fn read(
        entry: &Entry<'_>,
        dimensions: usize,
        models: usize,
        budget: &Budget,
    ) -> Result<Self> {
        let keys = [
            "kernel",
            "weight",
            "supportVectors",
            "dualCoefficients",
            "gamma",
            "intercept",
            "platt",
        ];
        let fields = entry.fields(&keys)?;
        let (kernel, key, depth) =
            match fields.required("kernel", "linear or rbf")?.word(&KERNELS)? {
                KernelName::Linear => {
                    for key in ["supportVectors", "dualCoefficients", "gamma"] {
                        fields.absent(key, "where the kernel is linear")?;
                    }
                    (None, "weight", dimensions)
                }
                KernelName::Rbf => {
                    fields.absent("weight", "where the kernel is rbf")?;
                    let rbf = Rbf::read(&fields, dimensions, budget)?;
                    let count = rbf.vectors.count();
                    (Some(rbf), "dualCoefficients", count)
                }
            };
        let intercept = fields
            .required("intercept", "a number for each model")?
            .vector(models)?;
        let entry = fields.required(key, "numbers, a row for each model")?;
        let weight = budget.pack(
            &entry,
            &entry.matrix(Some(models), depth)?,
            Some(&intercept),
        )?;
        let platt = fields
            .optional("platt")
            .map(|entry| Platt::read(&entry, models))
            .transpose()?;
        Ok(Self {
            kernel,
            weight,
            platt,
        })
    }

    /// Numbers that one row needs.
    pub(crate) fn width(&self) -> usize {
        self.weight.depth().max(self.weight.outputs())
    }

    /// Scores, `[rows, models]`: margins, or probabilities after Platt.
    pub(crate) fn score(&self, kernels: Kernels, mut rows: Vec<f32>, count: usize) -> Vec<f32> {
        if let Some(Rbf { vectors, gamma }) = &self.kernel {
            rows = vectors.squared(kernels, &mut rows);
            for value in &mut rows {
                *value = (-gamma * *value).exp();
            }
        }
        let mut out = vec![0.0; count * self.weight.outputs()];
        kernels.gemm(&rows, count, &self.weight, Epilogue::Store, &mut out);
        if let Some(platt) = &self.platt {
            out.chunks_exact_mut(self.weight.outputs())
                .for_each(|row| platt.apply(row));
        }
        out
    }
}

impl Rbf {
    fn read(fields: &Fields<'_>, dimensions: usize, budget: &Budget) -> Result<Self> {
        let entry = fields.required("supportVectors", "numbers [vectors, dimensions]")?;
        Ok(Self {
            vectors: Points::pack(budget, &entry, entry.matrix(None, dimensions)?)?,
            gamma: fields.required("gamma", "a number above 0")?.positive()?,
        })
    }
}

impl Platt {
    fn read(entry: &Entry<'_>, models: usize) -> Result<Self> {
        let fields = entry.fields(&["a", "b"])?;
        let read = |key| {
            fields
                .required(key, "a number for each model")?
                .vector(models)
        };
        Ok(Self {
            a: read("a")?,
            b: read("b")?,
        })
    }

    fn apply(&self, row: &mut [f32]) {
        for ((value, a), b) in row.iter_mut().zip(&self.a).zip(&self.b) {
            *value = 1.0 / (1.0 + (a * *value + b).exp());
        }
    }
}
