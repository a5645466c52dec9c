"""Varied copies of training samples."""

from core.augmentation.family import (
    AUGMENTATIONS,
    Augmentation,
    Augmented,
    Windows,
    augment,
    create_augmentations,
)

__all__ = ["AUGMENTATIONS", "Augmentation", "Augmented", "Windows", "augment", "create_augmentations"]
