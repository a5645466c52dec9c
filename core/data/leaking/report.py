"""What the leak guard answers: findings in words and numbers, probes, drift."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from core.data.splitting.settings import SplitSettings
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Severity = Literal["leak", "caution", "ok", "untested"]
SEVERITIES: tuple[Severity, ...] = ("leak", "caution", "ok", "untested")


@dataclass(frozen=True)
class Finding:
    """The answer to one question about a split.

    Attributes:
        kind: Name of the question.
        severity: "leak": figures of this split flatter a model; "caution": look at it before you believe
            them; "ok": nothing was found; "untested": the data lacks what the question needs.
        title: The question in a few words.
        words: What was found, with numbers, and what it means.
        count: How many samples, channels or columns are concerned; None where nothing was counted.
        share: Their share; None where there is none.
        samples: How many samples the answer rests on.
        repair: The split that mends it, where there is one.
    """

    kind: str
    severity: Severity
    title: str
    words: str
    count: int | None = None
    share: float | None = None
    samples: int = 0
    repair: SplitSettings | None = None


@dataclass(frozen=True)
class Probe:
    """How well a simple model tells the label of test samples from one thing alone.

    Attributes:
        what: "channel", "metadata", "all channels" or "position".
        name: Name of the channel or column.
        accuracy: Share of right answers on test samples, with its Wilson 95 % interval.
        majority: What always guessing the most frequent class of training would reach.
        samples: Test samples.
    """

    what: str
    name: str
    accuracy: float
    interval: tuple[float, float]
    majority: float
    samples: int

    @property
    def gain(self) -> float:
        """The share of what lies above the majority rate that is reached."""
        return (self.accuracy - self.majority) / max(1e-9, 1 - self.majority)


@dataclass(frozen=True)
class DriftTest:
    """Whether one statistic of a channel is distributed alike in training and test samples.

    Attributes:
        what: "mean" or "deviation" of each window, or "missing", the share of missing values.
        statistic: Of Kolmogorov and Smirnov: the largest difference of the two distributions.
        p: Its p-value; `p_adjusted` after Holm over all channels and statistics.
        effect: Difference of the means (test - training), in deviations of training.
    """

    channel: str
    what: str
    statistic: float
    p: float
    p_adjusted: float
    effect: float


@dataclass(frozen=True)
class Drift:
    """Whether test samples differ from training samples in ways that channels show one by one.

    Attributes:
        tests: One for each channel and statistic, the smallest p first.
        words: What they say together.
        train, test: How many samples were compared.
    """

    tests: tuple[DriftTest, ...]
    words: str
    train: int
    test: int


@dataclass(frozen=True)
class LeakReport:
    """What the leak guard says of a split of a dataset.

    Attributes:
        findings: One a question, in a fixed order.
        drift: Differences between training and test samples.
        probes: What simple models reach, the best of each kind first.
        sizes: Samples by part, "left out" among them.
        balance: Samples of each class by part.
        settings: The split that was asked for; `chosen` is its kind, `split_words` says why.
        notes: What was not looked at in full.
        provenance: Dataset, split, bounds.
    """

    findings: tuple[Finding, ...]
    drift: Drift
    probes: tuple[Probe, ...]
    sizes: Mapping[str, int]
    balance: Mapping[str, Mapping[str, int]]
    settings: SplitSettings
    chosen: str
    split_words: str
    provenance: Provenance
    notes: tuple[str, ...] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of the severities that matter."""
        found = Counter(finding.severity for finding in self.findings)
        return {"leak": found["leak"], "caution": found["caution"]}

    def finding(self, kind: str) -> Finding:
        """Return the finding of one kind; KeyError if there is none."""
        return {finding.kind: finding for finding in self.findings}[kind]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a finding."""
        import pandas as pd

        rows = [
            {
                **{key: value for key, value in asdict(finding).items() if key != "repair"},
                "repair": "" if finding.repair is None else finding.repair.model_dump_json(),
            }
            for finding in self.findings
        ]
        return pd.DataFrame(rows)

    def plain(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "findings": [
                {
                    **asdict(finding),
                    "repair": None if finding.repair is None else finding.repair.model_dump(),
                }
                for finding in self.findings
            ],
            "drift": asdict(self.drift),
            "probes": [asdict(probe) for probe in self.probes],
            "sizes": dict(self.sizes),
            "balance": {name: dict(counts) for name, counts in self.balance.items()},
            "settings": self.settings.model_dump(),
            "chosen": self.chosen,
            "split_words": self.split_words,
            "notes": list(self.notes),
            "provenance": self.provenance.plain(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return the report that `plain` described."""
        drift = plain["drift"]
        return cls(
            findings=tuple(_finding(found) for found in plain["findings"]),
            drift=Drift(
                tuple(DriftTest(**test) for test in drift["tests"]),
                drift["words"],
                drift["train"],
                drift["test"],
            ),
            probes=tuple(
                Probe(**{**probe, "interval": tuple(probe["interval"])}) for probe in plain["probes"]
            ),
            sizes=plain["sizes"],
            balance=plain["balance"],
            settings=SplitSettings.model_validate(plain["settings"]),
            chosen=plain["chosen"],
            split_words=plain["split_words"],
            notes=tuple(plain["notes"]),
            provenance=Provenance(**plain["provenance"]),
        )


def _finding(plain: Mapping[str, Any]) -> Finding:
    repair = plain["repair"]
    return Finding(**{**plain, "repair": None if repair is None else SplitSettings.model_validate(repair)})
