"""Writes deberta/ (sequence labels, as Prompt Guard), deberta_token/ (token labels, convolution, unshared positions, bf16): tiny random checkpoints with golden.json from transformers in f32; and deberta/buckets.json. Versions: see goldens.py."""

import json

import torch
from transformers import DebertaV2Config, DebertaV2ForSequenceClassification, DebertaV2ForTokenClassification
from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position

from goldens import emptied, randomise, rounded, texts, unigram, write

SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
TEMPLATE = ("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
PAIRS = [("hello", "What is the capital of France?"), ("the fox", "the dog 👍🏽")]


def sequence():
    labels = {0: "BENIGN", 1: "INJECTION", 2: "JAILBREAK"}
    folder = emptied("deberta")
    tokenizer = unigram(SPECIAL, TEMPLATE, folder)
    config = DebertaV2Config(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=48, num_hidden_layers=3, num_attention_heads=3, intermediate_size=80,
        max_position_embeddings=1024, type_vocab_size=0, relative_attention=True, max_relative_positions=-1, position_buckets=32,
        norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type="p2c|c2p", position_biased_input=False, layer_norm_eps=1e-7,
        pooler_dropout=0, pooler_hidden_act="gelu", id2label=labels, label2id={word: at for at, word in labels.items()},
    )
    model = randomise(DebertaV2ForSequenceClassification(config), 5)
    model.save_pretrained(folder)
    cases = []
    for text, pair in [(text, None) for text in texts(tokenizer, [17, 300, 640])] + PAIRS:
        encoding = tokenizer.encode(text, pair)
        ids = torch.tensor([encoding.ids])
        with torch.no_grad():
            logits = model(input_ids=ids, token_type_ids=torch.tensor([encoding.type_ids])).logits[0]
            hidden = model.deberta(input_ids=ids).last_hidden_state[0].mean(0)
        extra = {"pair": pair} if pair else {}
        cases.append({"text": text, **extra, "ids": encoding.ids, "logits": rounded(logits), "embedding": rounded(hidden / hidden.norm())})
    write(folder, cases)
    distances = torch.arange(0, 1024)
    tables = [(32, 1024), (256, 512), (256, 1024), (64, 600), (320, 1000)]
    buckets = [{"buckets": b, "most": m, "of": make_log_bucket_position(distances, b, m).to(torch.long).tolist()} for b, m in tables]
    (folder / "buckets.json").write_text(json.dumps(buckets, separators=(",", ":")) + "\n")


def token():
    labels = {0: "O", 1: "B-MAIL", 2: "I-MAIL", 3: "B-NAME"}
    folder = emptied("deberta_token")
    tokenizer = unigram(SPECIAL, TEMPLATE, folder)
    config = DebertaV2Config(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=40, embedding_size=24, num_hidden_layers=2, num_attention_heads=5, intermediate_size=56,
        max_position_embeddings=512, type_vocab_size=2, relative_attention=True, max_relative_positions=24, position_buckets=-1,
        norm_rel_ebd="none", share_att_key=False, pos_att_type=["c2p", "p2c"], position_biased_input=True, layer_norm_eps=1e-6,
        hidden_act="gelu_new", conv_kernel_size=3, conv_act="gelu", id2label=labels, label2id={word: at for at, word in labels.items()},
    )
    model = randomise(DebertaV2ForTokenClassification(config), 6).to(torch.bfloat16)
    model.save_pretrained(folder)
    model = model.float()
    cases = []
    for text, pair in [(text, None) for text in texts(tokenizer, [17, 300])] + PAIRS:
        encoding = tokenizer.encode(text, pair)
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids])).logits[0]
        extra = {"pair": pair, "types": encoding.type_ids} if pair else {}
        cases.append({"text": text, **extra, "ids": encoding.ids, "token_logits": rounded(logits)})
    write(folder, cases)


if __name__ == "__main__":
    sequence()
    token()
