"""Writes qwen3/ (shards), qwen3_sliding/ (transformers 4 configuration, bf16) and embeddinggemma/ (two dense modules): tiny random checkpoints as folders of sentence-transformers, with golden.json in f32. Versions: see goldens.py."""

import json

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
from tokenizers import Tokenizer, decoders, models, normalizers, trainers
from transformers import Gemma3TextConfig, Gemma3TextModel, PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

from goldens import LONG, SENTENCES, byte_level, drop, emptied, finished, randomise, rounded, texts, write

QWEN = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
GEMMA = ["<pad>", "<eos>", "<bos>", "<unk>"]


def qwen3(name, seed, **options):
    folder = emptied(name)
    tokenizer = byte_level(QWEN, ("$A <|endoftext|>", "$A $B <|endoftext|>"), folder)
    config = Qwen3Config(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=48, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
        intermediate_size=72, max_position_embeddings=1024, rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        eos_token_id=0, pad_token_id=0, tie_word_embeddings=True, attn_implementation="eager", **options,
    )
    return folder, tokenizer, randomise(Qwen3Model(config), seed)


def gemma_tokenizer(folder):
    """Byte pairs over pieces with spaces as ▁, bytes where a piece is unknown."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    special = GEMMA + [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=380, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES[:6], trainer)
    saved = json.loads(tokenizer.to_str())
    saved["added_tokens"] = [token for token in saved["added_tokens"] if token["content"] in GEMMA]
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    return finished(tokenizer, GEMMA[:3], ("<bos> $A <eos>", "<bos> $A <eos> <bos>:1 $B:1 <eos>:1"), folder)


def gemma3():
    folder = emptied("embeddinggemma")
    tokenizer = gemma_tokenizer(folder)
    config = Gemma3TextConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=48, num_hidden_layers=3, num_attention_heads=3, num_key_value_heads=1, head_dim=20,
        intermediate_size=64, max_position_embeddings=1024, query_pre_attn_scalar=24, sliding_window=32, use_bidirectional_attention=True,
        layer_types=["sliding_attention", "sliding_attention", "full_attention"], attn_implementation="eager",
    )
    return folder, tokenizer, randomise(Gemma3TextModel(config), 9)


def finish(folder, tokenizer, model, pooling, modules=(), **saving):
    """Goldens come from sentence-transformers itself, one text at a time; it also writes the folder."""
    inner = folder / "whole"
    model.save_pretrained(inner)
    pad = tokenizer.id_to_token(0)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=pad, padding_side="right").save_pretrained(inner)
    transformer = Transformer(str(inner), model_kwargs={"attn_implementation": "eager", "dtype": torch.float32})
    transformer.max_seq_length = 1024
    whole = SentenceTransformer(modules=[transformer, Pooling(model.config.hidden_size, pooling_mode=pooling), *modules, Normalize()], device="cpu")
    cases = []
    for text in texts(tokenizer, [17, 300, 640]):
        ids = tokenizer.encode(text).ids
        assert whole.tokenize([text])["input_ids"][0].tolist() == ids, text
        with torch.no_grad():
            embedding = torch.tensor(whole.encode([text])[0])
        cases.append({"text": text, "ids": ids, "embedding": rounded(embedding)})
    whole.save_pretrained(str(folder))
    if saving:
        drop(folder, "model.safetensors")
        model.save_pretrained(folder, **saving)
    for path in sorted(inner.iterdir()):
        path.unlink()
    inner.rmdir()
    drop(folder, "README.md", "tokenizer_config.json", "special_tokens_map.json", "sentence_bert_config.json")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write(folder, cases)


def older(folder):
    """The configuration as transformers 4 wrote it."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
    config["rope_scaling"] = None
    config["torch_dtype"] = config.pop("dtype")
    config.pop("layer_types")
    path.write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    finish(*qwen3("qwen3", 7), "lasttoken", max_shard_size="80KB")
    folder, tokenizer, model = qwen3("qwen3_sliding", 8, use_sliding_window=True, sliding_window=24, max_window_layers=1, attention_bias=True)
    finish(folder, tokenizer, model.to(torch.bfloat16), "lasttoken", max_shard_size="10MB")
    older(folder)
    torch.manual_seed(10)
    dense = [Dense(48, 96, bias=False, activation_function=torch.nn.Identity()), Dense(96, 48, bias=False, activation_function=torch.nn.Identity())]
    finish(*gemma3(), "mean", dense)
