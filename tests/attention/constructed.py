"""Weights and labels with known answers."""

import numpy as np

from core.evaluation import Judgement, Predictions, judge

CLASSES = ("no", "yes")


def drawn_weights(samples=30, steps=20, seed=0, shortest=None):
    """Return weights (N, T) that sum to one over lengths (N,), and these lengths."""
    rng = np.random.default_rng(seed)
    lengths = np.full(samples, steps) if shortest is None else rng.integers(shortest, steps + 1, samples)
    weights = rng.gamma(0.3, size=(samples, steps)) + 1e-6
    weights[np.arange(steps)[None, :] >= lengths[:, None]] = 0
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32), lengths


def drawn_labels(samples=30, seed=0, classes=CLASSES) -> Judgement:
    """Return predictions of which about two thirds are right."""
    rng = np.random.default_rng(seed)
    actual = rng.integers(0, len(classes), samples)
    chances = rng.dirichlet(np.ones(len(classes)), samples) + 0.6 * np.eye(len(classes))[actual]
    chances /= chances.sum(axis=1, keepdims=True)
    return judge(Predictions(actual, chances, classes, indices=100 + np.arange(samples)))
