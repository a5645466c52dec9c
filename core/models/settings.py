"""Settings that several architectures share, with their bounds and words."""

from typing import Annotated, Any, Literal

from pydantic import Field

ADVANCED: dict[str, Any] = {"advanced": True}

Units = Annotated[int, Field(ge=1, le=1024, description="Width of the recurrent state")]
Dropout = Annotated[float, Field(ge=0.0, le=0.9, description="Share of features left out in training")]
Pooling = Annotated[
    Literal["last", "mean"],
    Field(description="What the head reads: the state of the last step, or the mean over all steps"),
]
Cell = Annotated[
    Literal["lstm", "gru"],
    Field(description="Recurrent unit: LSTM, or the smaller GRU", json_schema_extra=ADVANCED),
]
Score = Annotated[
    Literal["additive", "dot"],
    Field(description="How a step is scored: v . tanh(W h + b), or a learned query times h"),
]
AttentionSize = Annotated[
    int, Field(ge=1, le=1024, description="Width of W in the additive score", json_schema_extra=ADVANCED)
]
Heads = Annotated[
    int, Field(ge=1, le=16, description="Number of attention heads", json_schema_extra=ADVANCED)
]
DenseUnits = Annotated[
    int,
    Field(
        ge=0,
        le=1024,
        description="Width of a dense layer after attention; 0 leaves it out",
        json_schema_extra=ADVANCED,
    ),
]
SecondDenseUnits = Annotated[
    int,
    Field(
        ge=0,
        le=1024,
        description="Width of a second dense layer; 0 leaves it out",
        json_schema_extra=ADVANCED,
    ),
]
