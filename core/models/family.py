"""The family of architectures: what each one promises to training, export and inference."""

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict

from core.arrays import DoubleArray, FloatArray, IntArray
from core.errors import ModelError, SettingsError
from core.registry import Part, Registry

if TYPE_CHECKING:
    import keras

AttentionKind = Literal["pooled", "self", "cross"]


@dataclass(frozen=True)
class InputShape:
    """What a model is built for.

    Attributes:
        steps: Number of steps T, padding included.
        channels: Number of channels C.
        classes: Number of classes K by target name; one head is built for each.
        per_step: Targets with a label for each step: their logits are (N, T, K).
        categories: Number of codes by index of a channel; such channels hold codes and enter by embeddings.
        modalities: Steps and channels (T, C) by group of channels, for models that read several; their
            first group has the axis of the labels per step. Empty where all is one series.
    """

    steps: int
    channels: int
    classes: Mapping[str, int]
    per_step: frozenset[str] = frozenset()
    categories: Mapping[int, int] = field(default_factory=dict)
    modalities: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def groups(self) -> Mapping[str, tuple[int, int]]:
        """Steps and channels (T, C) by what a model reads: its modalities, or the one series under ""."""
        return self.modalities or {"": (self.steps, self.channels)}


class AttentionLayer(BaseModel):
    """One attention layer as its ports and stored arrays are addressed.

    Attributes:
        name: What its ports and arrays are called after.
        kind: "pooled" over steps, "self" within a series, "cross" from one modality to another.
        heads: Number of heads H.
        shape: Of one sample: (H, T) pooled, (H, Q, S) otherwise, in tokens.
        queries: The modality that asks, "" where there is one only.
        keys: The modality that is looked at.
        patch: Steps that a token covers.
        extra: Tokens in front that stand for no step, a class token for example.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    kind: AttentionKind
    heads: int
    shape: tuple[int, ...]
    queries: str = ""
    keys: str = ""
    patch: int = 1
    extra: int = 0


class Architecture(Part):
    """A way to build a sequence model; its fields are what a user may set.

    Attributes:
        presets: Named settings, for example of a published model.
        preset_titles: What a preset is called in words, where its name does not say it.
        reads_modalities: Whether it reads several groups of channels, each by ports of its own.
        defaults: Training settings that suit it better than the usual ones, by name.
    """

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    preset_titles: ClassVar[Mapping[str, str]] = {}
    reads_modalities: ClassVar[bool] = False
    defaults: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model with all its probe ports, called with `series` (N, T, C) and `mask` (N, T).

        Outputs are a mapping: `logits_<target>` (N, K) or, for labels per step, (N, T, K);
        `attention_<layer>` for each attention layer, (N, H, T) where it pools and (N, H, Q, S) otherwise;
        `norms_<layer>` (N, H, S) where it does not pool, the length of what a key adds at full weight;
        `hidden` (N, T, U), the states that attention reads, by step and 0 on padding. For each attention
        layer the model takes the ports `gate_<layer>` (n, H), `override_<layer>` (n, H, T) or (n, H, Q, S)
        and `blend_<layer>` (n, 1), where every axis may have size 1. A model of several modalities has
        `series_<group>`, `mask_<group>` and `hidden_<group>` for each.
        """

    def attention_layers(self, shape: InputShape) -> tuple[AttentionLayer, ...]:  # noqa: ARG002 - for children
        """Return the attention layers of the model that `build` gives for this shape."""
        return ()

    def refuse(self, shape: InputShape) -> None:
        """Raise SettingsError if these settings can't be built for this shape."""


@dataclass(frozen=True, eq=False)
class ReferenceMaterial:
    """What a reference classifier learns from; all rows are indices of samples.

    Attributes:
        read: Returns the scaled series (n, T, C) of some rows, right-padded with 0.
        lengths: Number of valid steps of each sample (N,).
        targets: Class codes (N,), -1 where there is none.
        train: Rows to learn from.
        validation: Rows to choose settings by; may be empty.
        classes: Number of classes K.
        seed: Decides whatever is drawn.
        attention: Stored attention (N, T) by layer of the run that the settings name.
    """

    read: Callable[[IntArray], FloatArray]
    lengths: IntArray
    targets: IntArray
    train: IntArray
    validation: IntArray
    classes: int
    seed: int
    attention: Mapping[str, FloatArray] = field(default_factory=dict)


class ReferenceClassifier(Part):
    """A classifier without attention, to measure models against; its runs publish predictions, no model."""

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    preset_titles: ClassVar[Mapping[str, str]] = {}
    reads_modalities: ClassVar[bool] = False
    defaults: ClassVar[Mapping[str, Any]] = {}

    @property
    def attending_run(self) -> str:
        """Id of the run whose attention it learns from; "" if it needs none."""
        return ""

    def attending_to(self, run: str) -> Self:  # noqa: ARG002 - for children
        """Return these settings with the id of the run whose attention it learns from."""
        return self

    def bytes_for(self, rows: int, shape: InputShape) -> int:  # noqa: ARG002 - for children
        """Return about how much memory learning from so many rows takes at most, 0 for little."""
        return 0

    @abstractmethod
    def fit(self, material: ReferenceMaterial) -> Callable[[IntArray], DoubleArray]:
        """Learn from the training rows and return what gives probabilities (n, K) of any rows."""


def port(role: str, name: str) -> str:
    """Return the name of a port: of a group's series for example, or `series` where there is one group."""
    return f"{role}_{port_name(name)}" if name else role


MODELS: Registry[Architecture | ReferenceClassifier] = Registry("model", "core.models.architectures")


def architecture(name: str, settings: Mapping[str, Any] | None = None) -> Architecture:
    """Return a neural architecture with its settings; ModelError for a reference classifier."""
    part = MODELS.create(name, settings)
    if not isinstance(part, Architecture):
        raise ModelError(f"this needs a neural architecture; {name} is a reference classifier")
    return part


def preset(name: str, preset_name: str) -> dict[str, Any]:
    """Return the settings that an architecture keeps under a preset's name."""
    presets = MODELS.part(name).presets
    if preset_name not in presets:
        known = ", ".join(presets) or "none"
        raise SettingsError(f"presets of {name} are: {known}; got {preset_name!r:.80}")
    return dict(presets[preset_name])


def require_ports(names: Sequence[str]) -> None:
    """Raise SettingsError where two names would be the same port: letters, digits and underscores count."""
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(port_name(name).casefold(), name)
        if other != name:
            raise SettingsError(
                "names of what is learnt together must differ in letters or digits of the Latin alphabet; "
                f"got {other!r:.80} and {name!r:.80}"
            )


def head_name(head: int | None) -> str:
    """Return what a head of a layer is called; none is the mean over them."""
    return "mean over heads" if head is None else f"head {head}"


def port_name(name: str) -> str:
    """Return a target's or layer's name as it stands in the names of ports: letters, digits, underscores."""
    return re.sub(r"\W", "_", name, flags=re.ASCII)
