"""Writes modernbert_classifier, modernbert_tokens, modernbert_embedding and mmbert. Versions: folder.py."""

import json

import torch
from transformers import ModernBertConfig, ModernBertForMaskedLM, ModernBertForSequenceClassification, ModernBertForTokenClassification, ModernBertModel

from folder import byte_bpe, cases, fresh, gemma_bpe, randomise, rounded, write_golden, write_json, write_tokenizer, write_weights

SIZES = {
    "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 40, "max_position_embeddings": 1024,
    "local_attention": 32, "pad_token_id": 3, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2,
}
TAGS = ["O", "B-PERSON", "I-PERSON"]
DOMAINS = ["law", "health", "maths", "code", "other"]


def labels(names):
    return {"id2label": dict(enumerate(names)), "label2id": {name: number for number, name in enumerate(names)}, "num_labels": len(names)}


def older(config, every):
    """As transformers 4 wrote it: one theta a kind of layer, and how often a layer sees everything."""
    root = json.loads(config.to_json_string())
    ropes = root.pop("rope_parameters")
    root.pop("layer_types")
    root["torch_dtype"] = root.pop("dtype", None) or "float32"
    return {
        **root, "global_rope_theta": ropes["full_attention"]["rope_theta"], "local_rope_theta": ropes["sliding_attention"]["rope_theta"],
        "global_attn_every_n_layers": every, "position_embedding_type": "absolute", "reference_compile": True, "transformers_version": "4.48.0",
    }


def answered(model):
    def answer(ids, _types):
        logits = model(input_ids=ids).logits[0]
        mean = model.model(input_ids=ids)[0][0].mean(0)
        return {"token_logits" if logits.dim() == 2 else "logits": logits, "embedding": mean}
    return answer


def modernbert_classifier():
    """As transformers 5 saves it, with every bias and the mean of all tokens."""
    folder, tokenizer = fresh("modernbert_classifier"), byte_bpe()
    config = ModernBertConfig(vocab_size=tokenizer.get_vocab_size(), classifier_pooling="mean", classifier_bias=True, norm_bias=True, mlp_bias=True, attention_bias=True, **SIZES, **labels(DOMAINS))
    model = randomise(ModernBertForSequenceClassification(config), 31)
    model.save_pretrained(folder)
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 1024, answered(model)))


def modernbert_tokens():
    """As transformers 4 saved it, in bf16 and three shards, with thetas of its own."""
    folder, tokenizer = fresh("modernbert_tokens"), byte_bpe()
    ropes = {"full_attention": {"rope_type": "default", "rope_theta": 80_000.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 5_000.0}}
    config = ModernBertConfig(vocab_size=tokenizer.get_vocab_size(), rope_parameters=ropes, global_attn_every_n_layers=2, classifier_activation="silu", **SIZES, **labels(TAGS))
    config.architectures = ["ModernBertForTokenClassification"]
    model = rounded(randomise(ModernBertForTokenClassification(config), 32), torch.bfloat16)
    write_weights(folder, model.state_dict(), torch.bfloat16, shards=3)
    write_json(folder / "config.json", older(config, 2))
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 1024, answered(model)))


def modernbert_embedding():
    """As published for masked language modelling: encoder inside, decoder beside it."""
    folder, tokenizer = fresh("modernbert_embedding"), byte_bpe()
    config = ModernBertConfig(vocab_size=tokenizer.get_vocab_size(), **SIZES)
    config.architectures = ["ModernBertForMaskedLM"]
    model = randomise(ModernBertForMaskedLM(config), 33)
    write_weights(folder, {name: value for name, value in model.state_dict().items() if name != "decoder.weight"})
    write_json(folder / "config.json", older(config, 3))
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 1024, lambda ids, _: {"embedding": model.model(input_ids=ids)[0][0].mean(0)}))


def mmbert():
    """ModernBERT with Gemma's kind of tokeniser, bare, as transformers 5 saves it."""
    folder, tokenizer = fresh("mmbert"), gemma_bpe()
    sizes = {**SIZES, "pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 1, "cls_token_id": 1, "sep_token_id": 1}
    ropes = {kind: {"rope_type": "default", "rope_theta": 160_000.0} for kind in ("full_attention", "sliding_attention")}
    config = ModernBertConfig(vocab_size=tokenizer.get_vocab_size(), rope_parameters=ropes, **sizes)
    model = randomise(ModernBertModel(config), 34)
    model.save_pretrained(folder)
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 1024, lambda ids, _: {"embedding": model(input_ids=ids)[0][0].mean(0)}))


if __name__ == "__main__":
    for make in (modernbert_classifier, modernbert_tokens, modernbert_embedding, mmbert):
        make()
