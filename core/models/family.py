"""The family of architectures: what each one promises to training, export and inference."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from core.errors import SettingsError
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
    """

    steps: int
    channels: int
    classes: Mapping[str, int]


class AttentionLayer(BaseModel):
    """One attention layer as its ports and stored arrays are addressed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    kind: AttentionKind
    heads: int
    shape: tuple[int, ...]  # of one sample: (H, T) pooled, (H, Q, S) otherwise


class Architecture(Part):
    """A way to build a sequence model; its fields are what a user may set.

    Attributes:
        presets: Named settings, for example of a published model.
    """

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    @abstractmethod
    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model with all its probe ports, called with `series` (N, T, C) and `mask` (N, T).

        Outputs are a mapping: `logits_<target>` (N, K), `attention_<layer>` (N, H, T) for each attention
        layer, `hidden` (N, T, U), 0 on padding. For each attention layer the model takes the ports
        `gate_<layer>` (n, H), `override_<layer>` (n, H, T) and `blend_<layer>` (n, 1), where every axis
        may have size 1.
        """

    def attention_layers(self, shape: InputShape) -> tuple[AttentionLayer, ...]:  # noqa: ARG002 - for children
        """Return the attention layers of the model that `build` gives for this shape."""
        return ()


MODELS: Registry[Architecture] = Registry("model", "core.models.architectures")


def preset(name: str, preset_name: str) -> dict[str, Any]:
    """Return the settings that an architecture keeps under a preset's name."""
    presets = MODELS.part(name).presets
    if preset_name not in presets:
        known = ", ".join(presets) or "none"
        raise SettingsError(f"presets of {name} are: {known}; got {preset_name!r:.80}")
    return dict(presets[preset_name])


def port_name(name: str) -> str:
    """Return a target's or layer's name as it stands in the names of ports: letters, digits, underscores."""
    return re.sub(r"\W", "_", name, flags=re.ASCII)
