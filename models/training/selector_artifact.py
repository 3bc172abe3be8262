"""Writes selector artifacts (docs/selectors-format.md) from arrays: parameters of each kind, the hash, the file. Needs numpy alone."""

import base64
import hashlib
import json
import struct

import numpy as np

FORMAT = 1
PLAIN, BASE64 = "plain", "base64"


def artifact(kind, models, dimensions, parameters, *, encoder=None, standardise=None, metadata=None, encoding=BASE64):
    """The artifact as a dict, with its hash. `standardise` is (mean, scale); arrays may stand anywhere in `parameters`."""
    content = {"format": FORMAT, "kind": kind, "models": list(models), "dimensions": int(dimensions), "parameters": parameters}
    if encoder is not None:
        content["encoder"] = encoder
    if standardise is not None:
        mean, scale = standardise
        content["standardise"] = {"mean": np.asarray(mean), "scale": np.asarray(scale)}
    if metadata is not None:
        content["metadata"] = metadata
    content = plain_data(content, encoding)
    return {**content, "sha256": digest(content)}


def write(path, content):
    """Writes what `artifact` gave. NaN and infinity raise ValueError."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, allow_nan=False)
        file.write("\n")


def mlp(layers, output="softmax"):
    """`layers`: (weight [out, in], bias [out] or None, activation relu | gelu | tanh | none); `output`: none | softmax | sigmoid."""

    def layer(weight, bias, activation):
        found = {"weight": np.asarray(weight), "activation": activation}
        return found if bias is None else {**found, "bias": np.asarray(bias)}

    return {"layers": [layer(*one) for one in layers], "output": output}


def knn(embeddings, scores, k, *, temperature=None):
    """`embeddings` [rows, dimensions], `scores` [rows, models]; with a temperature neighbours count by similarity, else alike."""
    how = {"weighting": "uniform"} if temperature is None else {"weighting": "similarity", "temperature": float(temperature)}
    return {"k": int(k), **how, "embeddings": np.asarray(embeddings), "scores": np.asarray(scores)}


def kmeans(centroids, scores, *, temperature=None):
    """`centroids` [clusters, dimensions], `scores` [clusters, models]; with a temperature all clusters count, else the nearest."""
    how = {"assignment": "hard"} if temperature is None else {"assignment": "soft", "temperature": float(temperature)}
    return {**how, "centroids": np.asarray(centroids), "scores": np.asarray(scores)}


def linear_svm(weight, intercept, *, platt=None):
    """`weight` [models, dimensions], `intercept` [models]; `platt` is (a, b), each [models]."""
    weight, intercept = two_rows(np.atleast_2d(weight)), two_rows(np.atleast_1d(intercept))
    return {"kernel": "linear", "weight": weight, "intercept": intercept, **platt_of(platt)}


def rbf_svm(support_vectors, dual_coefficients, intercept, gamma, *, platt=None):
    """`support_vectors` [vectors, dimensions], `dual_coefficients` [models, vectors] (0 where a model has not that vector)."""
    dual, intercept = two_rows(np.atleast_2d(dual_coefficients)), two_rows(np.atleast_1d(intercept))
    return {
        "kernel": "rbf", "supportVectors": np.asarray(support_vectors), "dualCoefficients": dual, "intercept": intercept,
        "gamma": float(gamma), **platt_of(platt),
    }


def two_rows(rows):
    """One row separates two models: the first model's margin is its negative, as scikit-learn orders classes."""
    return np.concatenate([-rows, rows]) if rows.shape[0] == 1 else rows


def platt_of(platt):
    return {} if platt is None else {"platt": {"a": np.asarray(platt[0]), "b": np.asarray(platt[1])}}


def plain_data(value, encoding):
    """Arrays as JSON: nested lists, or base64 of little-endian f32; both round to f32 first."""
    if isinstance(value, dict):
        return {str(key): plain_data(entry, encoding) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_data(entry, encoding) for entry in value]
    if isinstance(value, np.generic):
        return value.item()
    if not isinstance(value, np.ndarray):
        return value
    single = np.ascontiguousarray(value, dtype="<f4")
    if single.ndim not in (1, 2) or single.size == 0 or not np.isfinite(single).all():
        raise ValueError(f"a vector or matrix of finite f32 numbers, not one of shape {single.shape}")
    if encoding == PLAIN:
        return single.tolist()
    return {"shape": list(single.shape), "f32": base64.b64encode(single.tobytes()).decode("ascii")}


def digest(content):
    """SHA-256 over what the JSON says, without `sha256`: each value is a tag and its bytes, keys in the order of their UTF-8."""
    sha = hashlib.sha256()
    feed(sha, {key: value for key, value in content.items() if key != "sha256"})
    return sha.hexdigest()


def feed(sha, value):
    if value is None:
        sha.update(b"n")
    elif isinstance(value, bool):
        sha.update(b"t" if value else b"f")
    elif isinstance(value, (int, float)):
        sha.update(b"d" + struct.pack("<d", float(value) + 0.0))
    elif isinstance(value, str):
        text = value.encode("utf-8")
        sha.update(b"s" + struct.pack("<Q", len(text)) + text)
    elif isinstance(value, list):
        sha.update(b"a" + struct.pack("<Q", len(value)))
        for entry in value:
            feed(sha, entry)
    elif isinstance(value, dict):
        sha.update(b"o" + struct.pack("<Q", len(value)))
        for key in sorted(value, key=lambda key: key.encode("utf-8")):
            feed(sha, key)
            feed(sha, value[key])
    else:
        raise TypeError(f"JSON has no {type(value).__name__}")
