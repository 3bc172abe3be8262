"""Writes bert_adapters/: a one-layer classifier with two low-rank adapters, each as PEFT saves it and as a graph with its weights merged; golden.json says which adapter a case goes through. Versions: make_onnx.py, and peft 0.21."""

import json
import shutil

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertForSequenceClassification

from make_onnx import HERE, Texts, export, names_of

TEXTS = ["hello world", "", "the cat sat on the mat.", "Prove that the model routes fast, and unknowingly!", "漢字 hello"]
ADAPTERS = {"law": {"r": 4, "lora_alpha": 8}, "maths": {"r": 2, "lora_alpha": 6, "use_rslora": True}}


def numbers(tensor):
    return [round(float(value), 6) for value in tensor]


def base(vocabulary):
    torch.manual_seed(71)
    config = BertConfig(
        vocab_size=vocabulary, hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=40, max_position_embeddings=64,
        num_labels=3, id2label={0: "law", 1: "health", 2: "maths"},
    )
    model = BertForSequenceClassification(config).eval()
    for value in model.parameters():
        value.data = value.data + torch.randn_like(value) * 0.1
    return model


def adapted(folder, settings, seed):
    model = BertForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
    config = LoraConfig(target_modules=["query", "value", "dense"], exclude_modules=[".*pooler.*"], task_type=None, lora_dropout=0.0, **settings)
    torch.manual_seed(seed)
    model = get_peft_model(model, config).eval()
    for name, value in model.named_parameters():
        if "lora_" in name:
            value.data = torch.randn_like(value) * 0.2
    return model


def main():
    from tokenizers import Tokenizer

    folder = HERE / "bert_adapters"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(HERE / "bert" / "tokenizer.json", folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    base(tokenizer.get_vocab_size()).save_pretrained(folder)
    model = BertForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
    names = names_of(model)
    export(Texts(model, names), folder / "onnx" / "model.onnx")
    models = {None: model}
    for number, (name, settings) in enumerate(ADAPTERS.items()):
        place = folder / "adapters" / name
        tuned = adapted(folder, settings, 80 + number)
        tuned.save_pretrained(place)
        (place / "README.md").unlink(missing_ok=True)
        config = json.loads((place / "adapter_config.json").read_text())
        config["base_model_name_or_path"] = "bert_adapters"
        (place / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
        models[name] = tuned.merge_and_unload().eval()
        export(Texts(models[name], names), place / "model.onnx")
    cases = []
    for name, model in models.items():
        for text in TEXTS:
            ids = tokenizer.encode(text).ids
            with torch.no_grad():
                logits = model(input_ids=torch.tensor([ids])).logits[0]
            cases.append({"text": text, "adapter": name, "ids": ids, "logits": numbers(logits)})
    (folder / "golden.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
