"""Ids of the section Spectrogram."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    FORM = "data-spectrogram-form"
    CHANNELS = "data-spectrogram-channels"
    NAME = "data-spectrogram-name"
    NONCE = "data-spectrogram-nonce"
    PLAN = "data-spectrogram-plan"
    DERIVE = "data-spectrogram-derive"
    PROBLEM = "data-spectrogram-problem"
    JOB = "data-spectrogram-job"
    STATE = "data-spectrogram-state"
    STOP = "data-spectrogram-stop"
    PREVIEW = "data-spectrogram"
    CHANNEL = "data-spectrogram-channel"
    CHANNEL_FIELD = "data-spectrogram-channel-field"
    SAMPLE = "data-spectrogram-sample"
