//! Models and batches that must be refused with what was wrong and where.

use std::sync::atomic::{AtomicUsize, Ordering};

use signalbox_base::{Code, Error};
use signalbox_encoder::{Config, Encoder, Precision, Run, Safetensors, Scratch, Tokens};
use signalbox_simd::Kernels;

use super::{config, encoder, golden, read};

#[test]
fn a_configuration_that_does_not_fit_names_the_tensor() {
    type Case = (&'static str, fn(&mut Config), &'static str);
    let table: [Case; 4] = [
        (
            "bert_hidden",
            |config| config.layers = usize::MAX,
            "model.safetensors:encoder.layer.3.attention.self.query.weight",
        ),
        (
            "bert_hidden",
            |config| config.intermediate = 101,
            "model.safetensors:encoder.layer.0.intermediate.dense.weight",
        ),
        (
            "bert_hidden",
            |config| config.vocabulary = usize::MAX,
            "model.safetensors:embeddings.word_embeddings.weight",
        ),
        (
            "modernbert",
            |config| config.hidden = 42,
            "model.safetensors:embeddings.tok_embeddings.weight",
        ),
    ];
    for (name, spoil, at) in table {
        let (mut config, bytes) = (config(name), read(name, "model.safetensors"));
        spoil(&mut config);
        let error = Encoder::new(
            config,
            Precision::F32,
            &Safetensors::read(&[&bytes]).unwrap(),
        )
        .err()
        .unwrap();
        assert_eq!(
            (error.code(), error.at()),
            (Code::ModelInvalid, at),
            "{error}"
        );
    }
}

#[test]
fn weights_of_another_family_are_refused() {
    let bytes = read("bert_hidden", "model.safetensors");
    let error = Encoder::new(
        config("modernbert"),
        Precision::Int8,
        &Safetensors::read(&[&bytes]).unwrap(),
    )
    .err()
    .unwrap();
    assert_eq!(
        (error.at(), error.received()),
        (
            "model.safetensors:embeddings.tok_embeddings.weight",
            "nothing"
        )
    );
}

#[test]
fn ids_types_and_lengths_out_of_range_are_refused() {
    type Case<'case> = (&'case [u32], Option<&'case [u8]>, &'static str);
    let encoder = encoder("bert_hidden", Precision::F32, Kernels::detect());
    let ids = vec![5; 301];
    let table: [Case<'_>; 3] = [
        (&[60], None, "ids below 60"),
        (&[1], Some(&[2]), "types below 2"),
        (&ids, None, "at most 300 tokens"),
    ];
    for (ids, types, expected) in table {
        let offsets = [0, ids.len()];
        let error = encoder
            .encode(
                &Tokens::new(ids, &offsets, types).unwrap(),
                &mut Scratch::default(),
                Run::alone(),
            )
            .unwrap_err();
        assert_eq!(
            (error.code(), error.at(), error.expected()),
            (Code::InvalidInput, "rows[0]", expected)
        );
    }
}

#[test]
fn cancelling_ends_the_pass_at_once() {
    let (encoder, goldens) = (
        encoder("modernbert", Precision::F32, Kernels::detect()),
        golden("modernbert"),
    );
    let (asked, offsets) = (AtomicUsize::new(0), [0, goldens[1].ids.len()]);
    let cancel = || {
        if asked.fetch_add(1, Ordering::Relaxed) < 3 {
            Ok(())
        } else {
            Err(Error::new(
                Code::Cancelled,
                "signal",
                "a signal that is not aborted",
                "an aborted signal",
            ))
        }
    };
    let error = encoder
        .encode(
            &Tokens::new(&goldens[1].ids, &offsets, None).unwrap(),
            &mut Scratch::default(),
            Run {
                threads: 1,
                cancel: &cancel,
            },
        )
        .unwrap_err();
    assert_eq!((error.code(), asked.into_inner()), (Code::Cancelled, 4));
}

#[test]
fn an_empty_batch_gives_no_states() {
    let encoder = encoder("modernbert", Precision::Int8, Kernels::detect());
    assert!(
        encoder
            .encode(
                &Tokens::new(&[], &[0], None).unwrap(),
                &mut Scratch::default(),
                Run::alone()
            )
            .unwrap()
            .is_empty()
    );
}
