"""Answers for figures, small and made once; names as hostile as users can make them."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from core.attention import (
    ChannelScale,
    GalleryView,
    HeatmapView,
    StepAxis,
    attention_heatmap,
    attention_profiles,
    by_class,
    by_outcome,
    explain_sample,
    gallery,
)
from core.augmentation import Windows, create_augmentations
from core.augmentation.preview import PreviewNames, preview
from core.data.dataset import Dataset
from core.data.quality import compute_quality
from core.data.spectrogram import SpectrogramSettings
from core.data.statistics import compute_statistics
from core.evaluation import (
    ComparedRun,
    Predictions,
    compare_runs,
    confusion,
    judge,
    run_curve,
)
from core.evaluation.agreement import agreement
from core.evaluation.arm_curves import Arm, arm_curves
from core.evaluation.costs import ArmCost, CostComparison
from core.evaluation.differences import differences
from core.evaluation.difficulty import class_difficulty
from core.evaluation.scored import score_distribution
from core.evaluation.scoring import Scores
from core.evaluation.targets import compare_targets
from core.figures import (
    attention_heatmap_figure,
    channel_spread_figure,
    class_balance_figure,
    class_examples,
    class_examples_figure,
    comparison_figure,
    confusion_figure,
    correlation_figure,
    entity_balance_figure,
    gallery_figure,
    lengths_figure,
    missing_figure,
    outliers_figure,
    part_balance_figure,
    profiles_figure,
    sample_figure,
    sample_spectrogram,
    spectrogram_figure,
)
from core.figures.agreement import agreement_figure
from core.figures.arm_curves import arm_curves_figure
from core.figures.augmentation import (
    augmented_lines_figure,
    augmented_spectra_figure,
    augmented_values_figure,
)
from core.figures.beside import beside_figure
from core.figures.contrast import contrast_figure
from core.figures.costs import costs_figure
from core.figures.differences import differences_figure
from core.figures.difficulty import class_confidence_figure, class_error_figure, difficulty_figure
from core.figures.scored import score_distribution_figure
from core.figures.targets import target_accuracy_figure, target_confidence_figure, target_errors_figure
from core.results import Provenance
from tests.figures.contrasted import beside_of, contrast_of

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "$\\frac{1}{2}$ %{x}",
    "a & b \"c\" 'd'",
    "\u202eevil\u0007\nline",
    "x" * 300,
)


def dataset(samples=30, steps=12, channels=3, classes=("no", "yes"), names=None, shortest=4):
    rng = np.random.default_rng(0)
    lengths = rng.integers(shortest, steps + 1, samples)
    series = rng.normal(size=(samples, steps, channels)).astype(np.float32)
    series[np.arange(steps)[None, :] >= lengths[:, None]] = 0
    labels = names or tuple(str(step) for step in range(steps))
    return Dataset(
        series=series,
        lengths=lengths,
        targets={"label": np.arange(samples) % len(classes)},
        classes={"label": tuple(classes)},
        channels=tuple(f"{HOSTILE[channel % 5]} {channel}" for channel in range(channels)),
        sample_ids=np.array([f"{HOSTILE[sample % 5]} {sample}"[:80] for sample in range(samples)]),
        step_labels=labels,
        parts=np.where(np.arange(samples) % 3, 0, 2).astype(np.int8),
        name=HOSTILE[0],
        step_name=HOSTILE[0],
    )


def flawed(data):
    """Return a dataset with missing values, outliers and entities."""
    series = np.array(data.series)
    series[3, 1, 0] = 500
    series[1::4, 2, 1] = np.nan
    entities = np.array([f"{HOSTILE[sample % 5]} {sample % 7}"[:80] for sample in range(data.samples)])
    return replace(data, series=series, entities=entities, nan_policy="mask")


def weights_of(data):
    rng = np.random.default_rng(1)
    weights = rng.gamma(0.5, size=data.series.shape[:2]) * data.mask() + 1e-9 * data.mask()
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def predictions_of(data, seed=2):
    classes = data.classes["label"]
    actual = np.asarray(data.targets["label"])
    chances = np.random.default_rng(seed).dirichlet(np.ones(len(classes)), data.samples)
    chances = (
        0.5 * chances + 0.5 * np.eye(len(classes))[actual] * np.arange(data.samples)[:, None] / data.samples
    )
    return Predictions(actual, chances / chances.sum(axis=1, keepdims=True), classes)


def preview_of(data, names=("gaussian-noise", "time-warp", "mixup"), sample=3, channel=1):
    windows = Windows(np.array(data.series), np.array(data.lengths), np.array(data.targets["label"]))
    called = PreviewNames(
        data.sample_ids[sample], data.channels[channel], data.step_labels, data.step_name, "d" * 64
    )
    parts = create_augmentations([{"name": name} for name in names])
    return preview(windows, parts, np.random.default_rng(0), sample, channel, called)


def scored_by(predictions):
    """Return how sure a run is of what it predicts."""
    samples = predictions.samples
    scores = Scores(
        run="r0",
        dataset="d0",
        sample_ids=np.arange(samples).astype(np.str_),
        actual=("",) * samples,
        predictions=predictions,
        parts=("",) * samples,
        peaks=np.full(samples, -1),
        peak_labels=("",) * samples,
        metrics=None,
        provenance=Provenance("predictions", samples=samples),
    )
    return score_distribution(scores)


def costs_of(runs):
    """Return what runs cost; the last one has no model."""
    arms = [
        ArmCost(
            run.run, run.label, run.model, 1, 0.5 + 0.1 * place, (0.4, 0.6 + 0.1 * place),
            {"seconds": 2.0 + place, "latency": None}, place < 4,
        )
        for place, run in enumerate(runs)
    ]  # fmt: skip
    return CostComparison(tuple(arms), 30, Provenance("cost of runs"))


def answers(classes=("no", "yes"), **settings):
    """Return every kind of answer that is drawn."""
    data = dataset(classes=classes, **settings)
    weights, predictions = weights_of(data), predictions_of(data)
    quality = compute_quality(flawed(data))
    labels, axis = judge(predictions), StepAxis.of(data)
    source = Provenance("run", data="d" * 64, weights={"run-1": "w" * 64})
    scale = ChannelScale(np.zeros(data.channel_count), np.ones(data.channel_count))
    heat = attention_heatmap(weights, data.lengths, labels, axis, view=HeatmapView("class"), source=source)
    rows = [
        {"epoch": epoch, "loss": 1 / epoch, "accuracy": 0.5, "val_loss": 2 / epoch} for epoch in (1, 2, 3)
    ]
    runs = [
        ComparedRun(f"r{seed}", f"{HOSTILE[seed]} {seed}", predictions_of(data, seed), f"model {seed}", seed)
        for seed in range(5)
    ]
    augmented = preview_of(data)
    return SimpleNamespace(
        lines=augmented.lines,
        pairs=augmented.pairs,
        spectra=augmented.spectra,
        data=data,
        weights=weights,
        labels=labels,
        heatmap=heat,
        sample=explain_sample(data, labels, 3, weights[3], scale=scale, source=source),
        by_class=attention_profiles(weights, data.lengths, by_class(labels), axis, source=source),
        by_outcome=attention_profiles(weights, data.lengths, by_outcome(labels), axis, source=source),
        gallery=gallery(data, labels, weights, GalleryView(count=10), source=source),
        comparison=compare_runs(runs, 0),
        contrast=contrast_of(weights, data.lengths, axis, HOSTILE[:2], source),
        beside=beside_of(weights, data.lengths, HOSTILE[:2], source),
        differences=differences(compare_runs(runs, 0)),
        agreement=agreement(runs),
        difficulty=class_difficulty(runs[:2], HOSTILE[0]),
        targets=compare_targets([{HOSTILE[0]: runs[0], HOSTILE[1]: runs[1]}], dict.fromkeys(HOSTILE, 0)),
        costs=costs_of(runs),
        curves=arm_curves([Arm(run.label, (run_curve(run.run, run.label, rows),)) for run in runs]),
        statistics=compute_statistics(data),
        examples=class_examples(data, each=3),
        confusion=confusion(predictions),
        scored=scored_by(predictions),
        missing=quality.missing,
        correlation=quality.correlation,
        outliers=quality.checks,
        entities=quality.entities["label"],
        spectrogram=sample_spectrogram(
            data, SpectrogramSettings(window=4), np.ones(data.channel_count), sample=3
        ),
    )


DRAWN = {
    "heatmap": attention_heatmap_figure,
    "sample": sample_figure,
    "by_class": profiles_figure,
    "by_outcome": profiles_figure,
    "gallery": gallery_figure,
    "comparison": comparison_figure,
    "contrast": contrast_figure,
    "beside": beside_figure,
    "differences": differences_figure,
    "agreement": agreement_figure,
    "difficulty": difficulty_figure,
    "class_confidence": class_confidence_figure,
    "class_error": class_error_figure,
    "target_accuracy": target_accuracy_figure,
    "target_confidence": target_confidence_figure,
    "target_errors": target_errors_figure,
    "costs": costs_figure,
    "curves": arm_curves_figure,
    "statistics": class_balance_figure,
    "examples": class_examples_figure,
    "confusion": confusion_figure,
    "scored": score_distribution_figure,
    "spread": channel_spread_figure,
    "missing": missing_figure,
    "correlation": correlation_figure,
    "outliers": outliers_figure,
    "entities": entity_balance_figure,
    "parts": part_balance_figure,
    "lengths": lengths_figure,
    "spectrogram": spectrogram_figure,
    "lines": augmented_lines_figure,
    "pairs": augmented_values_figure,
    "spectra": augmented_spectra_figure,
}


def drawn(kind, made, theme="light"):
    """Return the figure of one kind of answer."""
    shared = dict.fromkeys(("spread", "parts", "lengths"), "statistics")
    shared |= dict.fromkeys(("class_confidence", "class_error"), "difficulty")
    shared |= dict.fromkeys(("target_accuracy", "target_confidence", "target_errors"), "targets")
    return DRAWN[kind](getattr(made, shared.get(kind, kind)), theme)
