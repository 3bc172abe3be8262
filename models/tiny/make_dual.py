"""Writes clip/ and siglip/: tiny random dual encoders with golden.json for texts and images.json for images/, both from transformers in f32 with its Pillow image processors; and images/, tiny pictures of many kinds. Versions: see goldens.py."""

import json
import struct
import zlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPConfig, CLIPModel, SiglipConfig, SiglipModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from goldens import SENTENCES, emptied, finished, randomise, rounded, texts, unigram, write

SIDE = 24


def scene(height, width, channels, seed):
    """Smooth colours with some edges, as photographs have them."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 90 * np.sin(x / (3 + c) + random.uniform(0, 6)) * np.cos(y / (4 + c) + random.uniform(0, 6)) for c in range(channels)]
    picture = np.stack(waves, -1)
    picture[height // 3 : height // 2, width // 4 : width // 2] = random.integers(0, 256, channels)
    return np.clip(picture + random.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


def png16(path, values, colour):
    """Pillow writes no 16-bit colours: rows without filter, big-endian."""
    height, width = values.shape[:2]
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values.reshape(height, -1))
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def images():
    folder = emptied("images")
    rgb = Image.fromarray(scene(37, 45, 3, 1))
    rgb.save(folder / "rgb.png")
    Image.fromarray(scene(50, 20, 1, 2)[..., 0]).save(folder / "grey.png")
    Image.fromarray(scene(33, 33, 4, 3)).save(folder / "alpha.png")
    Image.fromarray(scene(21, 40, 2, 4), "LA").save(folder / "grey_alpha.png")
    palette = rgb.quantize(16)
    palette.save(folder / "palette.png", transparency=3)
    Image.fromarray(scene(5, 90, 3, 5)).save(folder / "wide.png")
    Image.fromarray(scene(1, 1, 3, 6)).save(folder / "pixel.png")
    Image.fromarray(scene(24, 24, 3, 7)).save(folder / "exact.png")
    png16(folder / "rgb16.png", scene(30, 26, 3, 8).astype(np.uint16) * 256 + 77, 2)
    png16(folder / "grey16.png", scene(31, 29, 1, 9).astype(np.uint16) * 256 + 200, 0)
    photo = Image.fromarray(scene(61, 83, 3, 10))
    photo.save(folder / "photo.jpg", quality=88)
    photo.convert("L").save(folder / "grey.jpg", quality=88)
    turned = Image.Exif()
    turned[0x0112] = 6
    photo.save(folder / "turned.jpg", quality=95, subsampling=0, progressive=True, exif=turned)
    photo.save(folder / "photo.webp", quality=85)
    Image.fromarray(scene(40, 28, 4, 11)).save(folder / "alpha.webp", lossless=True)
    return sorted(folder.iterdir())


def opened(path):
    """Of 16-bit greys Pillow makes white; their upper bytes are what a viewer shows."""
    image = Image.open(path)
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)) if image.mode.startswith("I;16") else image


def clip_tokenizer(folder):
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token="<|endoftext|>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|startoftext|>", "<|endoftext|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False)
    tokenizer.train_from_iterator(SENTENCES, trainer)
    saved = json.loads(tokenizer.to_str())
    # The end token is the last, as in CLIP, where it is found as the greatest.
    vocabulary = saved["model"]["vocab"]
    end = vocabulary.pop("<|endoftext|>")
    saved["model"]["vocab"] = {word: at - (at > end) for word, at in vocabulary.items()} | {"<|endoftext|>": len(vocabulary)}
    for token in saved["added_tokens"]:
        token["id"] = saved["model"]["vocab"][token["content"]]
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    return finished(tokenizer, special, ("<|startoftext|> $A <|endoftext|>", None), folder)


def clip(paths):
    folder = emptied("clip")
    tokenizer = clip_tokenizer(folder)
    end = tokenizer.token_to_id("<|endoftext|>")
    text = {"vocab_size": tokenizer.get_vocab_size(), "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
            "max_position_embeddings": 320, "eos_token_id": end, "bos_token_id": 0, "pad_token_id": end}
    vision = {"hidden_size": 40, "intermediate_size": 56, "num_hidden_layers": 2, "num_attention_heads": 5, "image_size": SIDE, "patch_size": 8}
    model = randomise(CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=28)), 12)
    processor = CLIPImageProcessorPil(size={"shortest_edge": SIDE + 4}, crop_size={"height": SIDE, "width": SIDE})
    finish(folder, tokenizer, model, processor, paths, [17, 300])


def siglip(paths):
    folder = emptied("siglip")
    lower = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(" {2,}", " ")])
    tokenizer = unigram(["<pad>", "</s>", "<unk>"], ("$A </s>", "$A </s> $B </s>"), folder, normalizer=lower)
    text = {"vocab_size": tokenizer.get_vocab_size(), "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2,
            "max_position_embeddings": 64, "pad_token_id": 1, "projection_size": 40}
    vision = {"hidden_size": 40, "intermediate_size": 56, "num_hidden_layers": 2, "num_attention_heads": 5, "image_size": SIDE, "patch_size": 7}
    model = randomise(SiglipModel(SiglipConfig(text_config=text, vision_config=vision)), 13)
    processor = SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE}, resample=2)
    finish(folder, tokenizer, model.half(), processor, paths, [17, 64])


def finish(folder, tokenizer, model, processor, paths, lengths):
    model.save_pretrained(folder)
    model = model.float()
    processor.save_pretrained(folder)
    unit = lambda vector: rounded((vector / vector.norm(dim=-1, keepdim=True))[0])
    most = model.config.text_config.max_position_embeddings
    siglip = model.config.model_type == "siglip"
    cases = []
    for text in texts(tokenizer, lengths):
        ids = tokenizer.encode(text).ids
        assert len(ids) <= most, len(ids)
        padded = ids + [1] * (most - len(ids)) if siglip else ids
        with torch.no_grad():
            embedding = model.get_text_features(input_ids=torch.tensor([padded])).pooler_output
        cases.append({"text": text, "ids": ids, "embedding": unit(embedding)})
    write(folder, cases)
    cases, pixels = [], {}
    for path in paths:
        values = processor(images=opened(path), return_tensors="pt")["pixel_values"]
        with torch.no_grad():
            embedding = model.get_image_features(pixel_values=values).pooler_output
        cases.append({"image": path.name, "embedding": unit(embedding)})
        spread, middle = (torch.tensor(values).view(3, 1, 1) for values in (processor.image_std, processor.image_mean))
        pixels[path.name] = ((values[0] * spread + middle) * 255).round().to(torch.uint8).contiguous()
    write(folder, cases, "images.json")
    save_file(pixels, folder / "pixels.safetensors")


if __name__ == "__main__":
    paths = images()
    clip(paths)
    siglip(paths)
