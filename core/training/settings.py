"""How a model is trained: the settings a user may choose."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class TrainSettings(BaseModel):
    """Settings of one training."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(150, ge=1, le=10_000, description="Most passes over the training part")
    batch_size: int = Field(
        16,
        ge=0,
        le=4096,
        description="Samples per step of the optimizer; 0 takes the most that memory and the data allow",
    )
    learning_rate: float = Field(3e-3, gt=0.0, le=1.0, description="Learning rate of Adam at the start")
    schedule: Literal["constant", "cosine", "plateau"] = Field(
        "cosine",
        description="Whether the learning rate stays, falls to 0 along half a cosine, or is halved where the"
        " validation loss gets no better",
    )
    warmup: int = Field(
        0, ge=0, le=1000, description="Epochs in which the learning rate rises from 0 to its full size"
    )
    plateau: int = Field(
        10,
        ge=1,
        le=10_000,
        description="Epochs without a better validation loss before the schedule plateau halves the rate",
    )
    patience: int = Field(
        75,
        ge=0,
        le=10_000,
        description="Epochs without a better validation loss before it stops; 0 never stops",
    )
    clip: float = Field(
        1.0, ge=0.0, le=1000.0, description="Largest norm of the gradient; 0 leaves it as it is"
    )
    noise: float = Field(
        0.3,
        ge=0.0,
        le=10.0,
        description="Standard deviation of the noise added anew to the scaled series at each step",
    )
    weight_decay: float = Field(0.0, ge=0.0, le=1.0, description="Share of the weights taken off per step")
    xla: Literal["off", "on", "auto"] = Field(
        "off",
        title="Compile with XLA",
        description="Whether steps are compiled first; auto does so where a training is long enough to gain",
    )
    class_weights: bool = Field(False, description="Weigh classes against their frequency")
