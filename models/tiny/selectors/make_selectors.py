"""Writes the artifacts of this folder and golden.json: what scikit-learn says of the same inputs, in f64. Needs numpy and scikit-learn."""

import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent.parent / "training"))
import selector_artifact as writer  # noqa: E402

DIMENSIONS, ROWS, QUERIES, SEED = 12, 48, 7, 20261121
MODELS = ["large", "medium", "small-快"]
ENCODER = "twelve random numbers"

random = np.random.default_rng(SEED)
# Far from the origin in some dimensions, as embeddings often are.
SHIFT = np.where(np.arange(DIMENSIONS) % 5 == 0, 3.0, 0.1)
TRAIN = np.float32(random.normal(size=(ROWS, DIMENSIONS)) * np.linspace(0.3, 2, DIMENSIONS) + SHIFT)
INPUTS = np.float32(random.normal(size=(QUERIES, DIMENSIONS)) * np.linspace(0.3, 2, DIMENSIONS) + SHIFT)
TASTE = TRAIN @ random.normal(size=(DIMENSIONS, len(MODELS)))
QUALITY = 1 / (1 + np.exp((TASTE.mean(axis=0) - TASTE) / TASTE.std(axis=0)))
LABELS = QUALITY.argmax(axis=1)
SCALER = StandardScaler().fit(TRAIN)
STANDARD = (SCALER.mean_, SCALER.scale_)
golden = {}


def save(name, kind, parameters, expected, *, models=MODELS, **options):
    expected = np.asarray(expected, dtype=np.float64)
    assert expected.shape == (QUERIES, len(models)) and np.isfinite(expected).all()
    content = writer.artifact(kind, models, DIMENSIONS, parameters, metadata={"seed": SEED, "by": Path(__file__).name}, **options)
    writer.write(FOLDER / f"{name}.json", content)
    golden[name] = expected.tolist()


def layers_of(net, last="none"):
    names = [net.activation] * (len(net.coefs_) - 1) + [last]
    return [(weight.T, bias, name) for weight, bias, name in zip(net.coefs_, net.intercepts_, names)]


def perceptrons():
    shape = {"hidden_layer_sizes": (9, 5), "max_iter": 60, "random_state": SEED}
    net = MLPClassifier(activation="relu", **shape).fit(SCALER.transform(TRAIN), LABELS)
    expected = net.predict_proba(SCALER.transform(INPUTS))
    save("mlp_relu", "mlp", writer.mlp(layers_of(net)), expected, standardise=STANDARD, encoder=ENCODER)

    net = MLPRegressor(activation="tanh", **shape).fit(TRAIN, QUALITY)
    save("mlp_tanh", "mlp", writer.mlp(layers_of(net), "none"), net.predict(INPUTS), encoding=writer.PLAIN)

    net = MLPClassifier(activation="tanh", **shape).fit(TRAIN, np.int64(QUALITY > 0.5))
    save("mlp_sigmoid", "mlp", writer.mlp(layers_of(net), "sigmoid"), net.predict_proba(INPUTS))

    gelu = np.vectorize(lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))
    weights = [np.float32(random.normal(size=shape) / 3) for shape in [(40, DIMENSIONS), (len(MODELS), 40)]]
    expected = gelu(INPUTS.astype(np.float64) @ weights[0].T) @ weights[1].T
    save("mlp_gelu", "mlp", writer.mlp([(weights[0], None, "gelu"), (weights[1], None, "none")], "none"), expected)


def neighbours():
    regressor = KNeighborsRegressor(n_neighbors=5, metric="cosine").fit(TRAIN, QUALITY)
    save("knn_uniform", "knn", writer.knn(TRAIN, QUALITY, 5), regressor.predict(INPUTS), encoding=writer.PLAIN)

    temperature = 0.05
    soft = lambda distances: np.exp((1 - distances) / temperature)
    scaled = SCALER.transform(TRAIN)
    regressor = KNeighborsRegressor(n_neighbors=9, metric="cosine", weights=soft).fit(scaled, QUALITY)
    parameters = writer.knn(scaled, QUALITY, 9, temperature=temperature)
    save("knn_similarity", "knn", parameters, regressor.predict(SCALER.transform(INPUTS)), standardise=STANDARD)


def clusters():
    found = KMeans(n_clusters=6, n_init=3, random_state=SEED).fit(TRAIN)
    scores = np.stack([QUALITY[found.labels_ == cluster].mean(axis=0) for cluster in range(6)])
    save("kmeans_hard", "kmeans", writer.kmeans(found.cluster_centers_, scores), scores[found.predict(INPUTS)], encoding=writer.PLAIN)

    temperature = 4.0
    shares = np.exp(-found.transform(INPUTS) ** 2 / temperature)
    expected = shares / shares.sum(axis=1, keepdims=True) @ scores
    save("kmeans_soft", "kmeans", writer.kmeans(found.cluster_centers_, scores, temperature=temperature), expected)


def vectors():
    svm = LinearSVC(random_state=SEED).fit(TRAIN, LABELS)
    save("svm_linear", "svm", writer.linear_svm(svm.coef_, svm.intercept_), svm.decision_function(INPUTS), encoding=writer.PLAIN)

    pair = LinearSVC(random_state=SEED).fit(TRAIN, LABELS == 2)
    margin = pair.decision_function(INPUTS)
    both = np.stack([-margin, margin], axis=1)
    save("svm_pair", "svm", writer.linear_svm(pair.coef_, pair.intercept_), both, models=["others", "small"])

    scaled = SCALER.transform(TRAIN)
    rest = OneVsRestClassifier(SVC(kernel="rbf", gamma=0.07)).fit(scaled, LABELS)
    used = sorted({row for one in rest.estimators_ for row in one.support_})
    dual = np.zeros((len(MODELS), len(used)))
    for model, one in enumerate(rest.estimators_):
        dual[model, [used.index(row) for row in one.support_]] = one.dual_coef_[0]
    intercept = [one.intercept_[0] for one in rest.estimators_]
    parameters = writer.rbf_svm(scaled[used], dual, intercept, 0.07)
    save("svm_rbf", "svm", parameters, rest.decision_function(SCALER.transform(INPUTS)), standardise=STANDARD)

    ridge = LinearSVC(random_state=SEED)
    calibrated = CalibratedClassifierCV(ridge, method="sigmoid", ensemble=False, cv=4).fit(TRAIN, LABELS)
    inner = calibrated.calibrated_classifiers_[0]
    a, b = [one.a_ for one in inner.calibrators], [one.b_ for one in inner.calibrators]
    margins = inner.estimator.decision_function(INPUTS)
    expected = np.stack([one.predict(margins[:, model]) for model, one in enumerate(inner.calibrators)], axis=1)
    save("svm_platt", "svm", writer.linear_svm(inner.estimator.coef_, inner.estimator.intercept_, platt=(a, b)), expected)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    perceptrons()
    neighbours()
    clusters()
    vectors()
    (FOLDER / "golden.json").write_text(json.dumps({"inputs": INPUTS.tolist(), "scores": golden}) + "\n", encoding="utf-8")
