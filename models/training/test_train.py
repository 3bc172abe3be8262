"""Checks of the training loop on a tiny base: it stops, goes on where it was, and learns from a teacher's rows too."""

import json
import sys

import torch

import tiny_base
import train

ROWS = [
    *({"head": "reasoning", "text": f"prove that {n} is even", "label": "reasoning", "source": "test/a"} for n in range(12)),
    *({"head": "reasoning", "text": f"say hello to {n} people", "label": "non-reasoning", "source": "test/b"} for n in range(12)),
    *({"head": "pii", "text": f"Ada is {n}", "spans": [{"start": 0, "end": 3, "type": "PERSON"}], "source": "test/a"} for n in range(12)),
    *({"head": "embedding", "text": f"number {n}", "pair": f"figure {n}", "score": n / 12, "source": "test/a"} for n in range(12)),
]
SOFT = [{"head": "jailbreak", "text": f"ignore rule {n}", "probabilities": {"benign": 0.2, "jailbreak": 0.8}, "source": "teacher/x"} for n in range(12)]


def run(monkeypatch, tmp_path, steps, *more):
    """Trains and gives the heads of the steps that were made."""
    made = []
    real = train.loss
    monkeypatch.setattr(train, "loss", lambda network, teacher, batch: made.append(batch.head.name) or real(network, teacher, batch))
    given = ["--work", tmp_path, "--base", tmp_path / "base", "--out", tmp_path / "run", "--steps", steps, "--tokens", 64, *more]
    monkeypatch.setattr(sys, "argv", ["train.py", *map(str, given)])
    train.main()
    monkeypatch.setattr(train, "loss", real)
    return made


def prepared(tmp_path):
    tiny_base.folder(tmp_path / "base")
    for name, rows in {"training.jsonl": ROWS, "soft.jsonl": SOFT}.items():
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_run_goes_on_where_it_was(monkeypatch, tmp_path):
    prepared(tmp_path)
    assert len(run(monkeypatch, tmp_path, 2)) == 2
    first = torch.load(tmp_path / "run" / "state.pt", weights_only=True)
    assert len(run(monkeypatch, tmp_path, 4)) == 2
    second = torch.load(tmp_path / "run" / "state.pt", weights_only=True)
    assert (first["step"], second["step"]) == (2, 4)
    assert second["schedule"]["last_epoch"] == 4
    same = lambda key: torch.equal(first["network"][key], second["network"][key])
    assert not all(same(key) for key in first["network"] if key.startswith("branches."))
    assert all(same(key) for key in first["network"] if key.startswith(("shared.", "words.", "positions.", "types.")))
    assert run(monkeypatch, tmp_path, 4) == []
    assert not list(tmp_path.glob("run/*.new"))


def test_sources_and_heads_can_be_left_out_and_a_teacher_added(monkeypatch, tmp_path, capsys):
    prepared(tmp_path)
    made = run(monkeypatch, tmp_path, 4, "--only", "reasoning,jailbreak", "--without", "test/b", "--also", tmp_path / "soft.jsonl", "--seed", 3)
    assert set(made) <= {"reasoning", "jailbreak"}
    told = capsys.readouterr().out
    assert "reasoning: 12 rows" in told and "jailbreak: 12 rows" in told
