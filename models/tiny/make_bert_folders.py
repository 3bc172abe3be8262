"""Writes folders of BERT's shape with heads: bert_classifier, bert_tokens, bert_sentence, distilbert, roberta_tokens, xlm_roberta, xlm_roberta_classifier. Versions: folder.py."""

import json

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import (
    BertConfig, BertForSequenceClassification, BertForTokenClassification, BertModel, DistilBertConfig,
    DistilBertForSequenceClassification, PreTrainedTokenizerFast, RobertaConfig, RobertaForTokenClassification,
    XLMRobertaConfig, XLMRobertaForSequenceClassification, XLMRobertaModel,
)

from folder import byte_bpe, cases, fresh, randomise, rounded, unigram, wordpiece, write_golden, write_json, write_tokenizer, write_weights

SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 72}
TAGS = ["O", "B-PERSON", "I-PERSON", "B-EMAIL", "I-EMAIL"]
GUARD = ["BENIGN", "INJECTION", "JAILBREAK"]
DOMAINS = ["law", "health", "maths", "code"]


def labels(names):
    return {"id2label": dict(enumerate(names)), "label2id": {name: number for number, name in enumerate(names)}, "num_labels": len(names)}


def older(config, **extra):
    """As transformers 4 wrote it."""
    root = json.loads(config.to_json_string())
    root["torch_dtype"] = root.pop("dtype", None) or "float32"
    return {**root, "position_embedding_type": "absolute", "transformers_version": "4.44.2", **extra}


def states(model, kind):
    trunk = getattr(model, kind, model)
    return lambda ids, types: trunk(input_ids=ids, **types)[0][0]


def classified(model, kind, typed):
    def answer(ids, types):
        extra = {"token_type_ids": types} if typed else {}
        logits = model(input_ids=ids, **extra).logits[0]
        mean = states(model, kind)(ids, extra).mean(0)
        return {"token_logits" if logits.dim() == 2 else "logits": logits, "embedding": mean}
    return answer


def bert_classifier():
    """Names of 2018, several labels at once, the pooler inside."""
    folder, tokenizer = fresh("bert_classifier"), wordpiece()
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=320, problem_type="multi_label_classification", **SIZES, **labels(DOMAINS))
    config.architectures = ["BertForSequenceClassification"]
    model = randomise(BertForSequenceClassification(config), 21)
    renamed = {name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): value for name, value in model.state_dict().items()}
    write_weights(folder, renamed)
    write_json(folder / "config.json", older(config))
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 320, classified(model, "bert", True)))


def bert_tokens():
    """As transformers 5 saves it, in bf16."""
    folder, tokenizer = fresh("bert_tokens"), wordpiece()
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=320, dtype="bfloat16", **SIZES, **labels(TAGS))
    model = rounded(randomise(BertForTokenClassification(config), 22), torch.bfloat16)
    model.to(torch.bfloat16).save_pretrained(folder)
    model.to(torch.float32)
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 320, classified(model, "bert", True)))


def bert_sentence():
    """The layout of sentence-transformers 2, encoder in 0_Transformer, with a dense layer and prompts."""
    folder, tokenizer = fresh("bert_sentence"), wordpiece()
    inner = folder / "0_Transformer"
    inner.mkdir()
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=320, **SIZES)
    config.architectures = ["BertModel"]
    model = randomise(BertModel(config, add_pooling_layer=False), 23)
    dense = randomise(torch.nn.Linear(32, 24), 24)
    write_weights(inner, model.state_dict())
    write_json(inner / "config.json", older(config))
    write_json(inner / "sentence_bert_config.json", {"max_seq_length": 310, "do_lower_case": False})
    write_tokenizer(inner, tokenizer)
    names = ["Transformer", "Pooling", "Dense", "Normalize"]
    modules = [{"idx": n, "name": str(n), "path": f"{n}_{name}", "type": f"sentence_transformers.models.{name}"} for n, name in enumerate(names)]
    write_json(folder / "modules.json", modules)
    write_json(folder / "1_Pooling/config.json", {"word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True})
    write_json(folder / "2_Dense/config.json", {"in_features": 32, "out_features": 24, "bias": True, "activation_function": "torch.nn.modules.activation.Tanh"})
    (folder / "3_Normalize").mkdir()
    (folder / "3_Normalize/.gitkeep").touch()
    write_weights(folder / "2_Dense", {f"linear.{name}": value for name, value in dense.state_dict().items()})
    write_json(folder / "config_sentence_transformers.json", {"prompts": {"query": "query: ", "document": ""}, "default_prompt_name": "query"})
    run = states(model, "bert")
    write_golden(folder, cases(tokenizer, 310, lambda ids, types: {"embedding": torch.tanh(dense(run(ids, {"token_type_ids": types}).amax(0)))}))


def distilbert():
    folder, tokenizer = fresh("distilbert"), wordpiece()
    config = DistilBertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=320, dim=32, n_layers=2, n_heads=4, hidden_dim=72, **labels(DOMAINS[:1]))
    model = randomise(DistilBertForSequenceClassification(config), 25)
    model.save_pretrained(folder)
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 320, classified(model, "distilbert", False)))


def roberta_tokens():
    """Another activation than GELU, which candle runs; positions begin behind the padding's."""
    folder, tokenizer = fresh("roberta_tokens"), byte_bpe(template=False)
    config = RobertaConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=322, type_vocab_size=1, hidden_act="relu", layer_norm_eps=1e-5, **SIZES, **labels(TAGS))
    config.architectures = ["RobertaForTokenClassification"]
    model = randomise(RobertaForTokenClassification(config), 26)
    write_weights(folder, model.state_dict())
    write_json(folder / "config.json", older(config))
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 320, classified(model, "roberta", False)))


def xlm_roberta():
    """As sentence-transformers 6 saves it."""
    folder, tokenizer = fresh("xlm_roberta"), unigram()
    config = XLMRobertaConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=322, type_vocab_size=1, layer_norm_eps=1e-5, **SIZES)
    model = randomise(XLMRobertaModel(config, add_pooling_layer=False), 27)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token="<mask>")
    scratch = fresh("scratch")
    model.save_pretrained(scratch)
    fast.save_pretrained(scratch)
    encoder = SentenceTransformer(modules=[Transformer(str(scratch)), Pooling(32, pooling_mode="cls"), Normalize()], device="cpu")
    encoder.save(str(folder), create_model_card=False)
    for file in scratch.iterdir():
        file.unlink()
    scratch.rmdir()
    write_tokenizer(folder, tokenizer)
    run = states(model, "roberta")
    write_golden(folder, cases(tokenizer, 320, lambda ids, types: {"embedding": run(ids, {})[0]}))


def xlm_roberta_classifier():
    """In f16 and two shards."""
    folder, tokenizer = fresh("xlm_roberta_classifier"), unigram()
    config = XLMRobertaConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=322, type_vocab_size=1, layer_norm_eps=1e-5, **SIZES, **labels(GUARD))
    config.architectures = ["XLMRobertaForSequenceClassification"]
    model = rounded(randomise(XLMRobertaForSequenceClassification(config), 28), torch.float16)
    write_weights(folder, model.state_dict(), torch.float16, shards=2)
    write_json(folder / "config.json", older(config, torch_dtype="float16"))
    write_tokenizer(folder, tokenizer)
    write_golden(folder, cases(tokenizer, 320, classified(model, "roberta", False)))


if __name__ == "__main__":
    for make in (bert_classifier, bert_tokens, bert_sentence, distilbert, roberta_tokens, xlm_roberta, xlm_roberta_classifier):
        make()
