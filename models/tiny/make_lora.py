"""Writes lora/: a tiny BERT with two classifiers as PEFT 0.21.2 adapters over it, ranks and scales of their own. Versions: folder.py."""

import json

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertForSequenceClassification

from folder import cases, fresh, numbers, randomise, wordpiece, write_golden, write_json, write_tokenizer, write_weights

ADAPTERS = {
    "domain": {"r": 4, "lora_alpha": 12, "target_modules": ["query", "key", "value", "dense"], "exclude_modules": ".*pooler.*", "labels": ["law", "health", "maths"]},
    "guard": {"r": 2, "lora_alpha": 3, "target_modules": ["query", "value"], "use_rslora": True, "labels": ["BENIGN", "JAILBREAK"]},
}


def base(vocabulary, labels):
    config = BertConfig(
        vocab_size=vocabulary, max_position_embeddings=320, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=72,
        id2label=dict(enumerate(labels)), label2id={name: number for number, name in enumerate(labels)},
    )
    config.architectures = ["BertForSequenceClassification"]
    return randomise(BertForSequenceClassification(config), 51)


def main():
    folder, tokenizer = fresh("lora"), wordpiece()
    model = base(tokenizer.get_vocab_size(), ["other", "code", "maths", "chat"])
    write_weights(folder, model.state_dict())
    write_json(folder / "config.json", json.loads(model.config.to_json_string()))
    write_tokenizer(folder, tokenizer)
    trunk = {name: value for name, value in model.state_dict().items() if not name.startswith("classifier")}
    adapted = {}
    for number, (name, about) in enumerate(ADAPTERS.items()):
        about = dict(about)
        labels = about.pop("labels")
        one = base(tokenizer.get_vocab_size(), labels)
        one.load_state_dict(trunk, strict=False)
        one = get_peft_model(one, LoraConfig(task_type="SEQ_CLS", **about))
        torch.manual_seed(60 + number)
        for key, value in one.named_parameters():
            if "lora_" in key or "modules_to_save" in key:
                value.data = torch.randn_like(value) * 0.2
        one.eval().save_pretrained(folder / "adapters" / name)
        (folder / "adapters" / name / "README.md").unlink(missing_ok=True)
        write_json(folder / "adapters" / name / "config.json", {"id2label": dict(enumerate(labels))})
        adapted[name] = one

    def answer(ids, types):
        given = {"logits": model(input_ids=ids, token_type_ids=types).logits[0]}
        inner = {name: one(input_ids=ids, token_type_ids=types).logits[0] for name, one in adapted.items()}
        return {**given, "adapters": {name: numbers(value) for name, value in inner.items()}}

    write_golden(folder, cases(tokenizer, 320, answer))


if __name__ == "__main__":
    main()
