"""Writes lora/: adapters as PEFT saves them, two over bert_classifier/ and two over modernbert_classifier/, the second of each with a head of its own and a root in its factor; golden.json has logits of texts through the base and through either. Versions: see goldens.py."""

import json

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

from goldens import HERE, TEXTS, drop, emptied, rounded, write

BASES = {
    "bert_classifier": (["query", "value", "attention.output.dense"], ["query", "key", "value", "intermediate.dense", "output.dense"]),
    "modernbert_classifier": (["Wqkv", "mlp.Wo"], ["Wqkv", "attn.Wo", "Wi", "mlp.Wo"]),
}


def base(name):
    return AutoModelForSequenceClassification.from_pretrained(HERE / name, attn_implementation="eager").float().eval()


def adapter(folder, name, targets, seed, own_head):
    torch.manual_seed(seed)
    pattern = {"rank_pattern": {targets[0]: 3}, "alpha_pattern": {targets[0]: 5}} if own_head else {}
    config = LoraConfig(
        task_type="SEQ_CLS" if own_head else None, r=2 + seed % 3, lora_alpha=7, target_modules=targets, use_rslora=own_head, init_lora_weights=False,
        **pattern,
    )
    model = get_peft_model(base(name), config)
    for key, value in model.named_parameters():
        if "lora_" in key:
            value.data = torch.randn_like(value) * 0.2
        elif "modules_to_save" in key:
            value.data = torch.randn_like(value) * 0.3
    model.save_pretrained(folder)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = name
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    drop(folder, "README.md")


def main():
    folder, cases = emptied("lora"), []
    for name, targets in BASES.items():
        tokenizer = Tokenizer.from_file(str(HERE / name / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        models = {None: base(name)}
        for number in (0, 1):
            at = folder / f"{name}_{number}"
            adapter(at, name, targets[number], 20 + number, number == 1)
            models[at.name] = PeftModel.from_pretrained(base(name), at).eval()
        for text in TEXTS:
            ids = tokenizer.encode(text).ids
            for which, model in models.items():
                with torch.no_grad():
                    logits = model(input_ids=torch.tensor([ids])).logits[0]
                cases.append({"base": name, "adapter": which, "text": text, "ids": ids, "logits": rounded(logits)})
    write(folder, cases)


if __name__ == "__main__":
    main()
