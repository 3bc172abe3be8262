"""Writes bert_hidden/, modernbert/ and modernbert_biased/: tiny random checkpoints, each with golden.safetensors from transformers in f32. Needs torch and transformers."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel, ModernBertConfig, ModernBertModel

LENGTHS = [1, 17, 300]
VOCABULARY = 60


def bert():
    return BertModel(
        BertConfig(
            vocab_size=VOCABULARY, hidden_size=48, num_hidden_layers=3, num_attention_heads=3, intermediate_size=100,
            max_position_embeddings=300, type_vocab_size=2, attn_implementation="eager",
        ),
        add_pooling_layer=False,
    )


def modern(biased):
    return ModernBertModel(
        ModernBertConfig(
            vocab_size=VOCABULARY, hidden_size=48, num_hidden_layers=5, num_attention_heads=3, intermediate_size=72,
            max_position_embeddings=512, local_attention=32, global_attn_every_n_layers=3, norm_bias=biased, attention_bias=biased,
            mlp_bias=biased, pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2, attn_implementation="eager",
        )
    )


def main():
    for name, make in [("bert_hidden", bert), ("modernbert", lambda: modern(False)), ("modernbert_biased", lambda: modern(True))]:
        torch.manual_seed(11)
        model = make().eval()
        for key, value in model.named_parameters():
            norm = "norm" in key.lower() and key.endswith("weight")
            value.data = (1.0 if norm else 0.0) + torch.randn_like(value) * (0.1 if norm or key.endswith("bias") else 0.15)
        folder = Path(__file__).parent / name
        folder.mkdir(exist_ok=True)
        save_file({key: value.contiguous() for key, value in model.state_dict().items() if value.is_floating_point()}, folder / "model.safetensors")
        golden = {}
        for length in LENGTHS:
            ids = torch.randint(3, VOCABULARY, (1, length))
            extra = {"token_type_ids": torch.randint(0, 2, (1, length))} if name == "bert_hidden" else {}
            with torch.no_grad():
                hidden = model(input_ids=ids, attention_mask=torch.ones_like(ids), **extra).last_hidden_state
            golden[f"ids.{length}"] = ids[0].to(torch.int32)
            golden[f"hidden.{length}"] = hidden[0].contiguous()
            if extra:
                golden[f"types.{length}"] = extra["token_type_ids"][0].to(torch.uint8)
        save_file(golden, folder / "golden.safetensors")


if __name__ == "__main__":
    main()
