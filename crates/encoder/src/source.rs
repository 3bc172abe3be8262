//! Where weights come from: tensors by name, each of the shape that the configuration promises.

use signalbox_base::Result;

use signalbox_base::model_invalid;

/// A tensor in f32, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// As many as the product of the sizes.
    pub values: Vec<f32>,
}

/// Tensors by name, without the prefix that some exporters add.
pub trait WeightSource {
    /// The tensor, or `None` when there is none of this name.
    ///
    /// # Errors
    /// `ModelInvalid` when there is one that cannot be read as f32.
    fn tensor(&self, name: &str) -> Result<Option<Tensor>>;

    /// How errors name the place of a tensor.
    fn place(&self, name: &str) -> String {
        name.to_owned()
    }
}

/// One tensor of a known shape.
///
/// # Errors
/// `ModelInvalid` naming the tensor when it is missing, has another shape, or holds a number that is not finite.
pub fn read(source: &dyn WeightSource, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let tensor = source.tensor(name)?.ok_or_else(|| {
        model_invalid(
            source.place(name),
            format!("a tensor of shape {shape:?}"),
            "nothing",
        )
    })?;
    if tensor.shape != shape || tensor.values.len() != shape.iter().product::<usize>() {
        return Err(model_invalid(
            source.place(name),
            format!("shape {shape:?}"),
            format!("shape {:?}", tensor.shape),
        ));
    }
    if tensor.values.iter().any(|value| !value.is_finite()) {
        return Err(model_invalid(
            source.place(name),
            "finite numbers",
            "NaN or infinity",
        ));
    }
    Ok(tensor.values)
}

/// A tensor that exists only where the configuration says so.
pub(crate) fn read_if(
    wanted: bool,
    source: &dyn WeightSource,
    name: &str,
    shape: &[usize],
) -> Result<Option<Vec<f32>>> {
    wanted.then(|| read(source, name, shape)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(Tensor);

    impl WeightSource for One {
        fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
            Ok((name == "one").then(|| self.0.clone()))
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let source = |values: [f32; 2]| {
            One(Tensor {
                shape: vec![2],
                values: values.to_vec(),
            })
        };
        assert_eq!(
            read(&source([1.0, 2.0]), "one", &[2]).expect("a tensor"),
            [1.0, 2.0]
        );
        let table = [
            ("two", [1.0, 2.0], 2, "nothing"),
            ("one", [1.0, 2.0], 3, "shape [2]"),
            ("one", [1.0, f32::NAN], 2, "NaN or infinity"),
        ];
        for (name, values, size, received) in table {
            let error = read(&source(values), name, &[size]).expect_err(received);
            assert_eq!((error.at(), error.received()), (name, received));
        }
    }
}
