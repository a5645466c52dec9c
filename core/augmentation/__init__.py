"""Varied copies of training samples."""

from core.augmentation.family import (
    AUGMENTATIONS,
    Augmentation,
    Augmented,
    augment,
    create_augmentations,
)

__all__ = ["AUGMENTATIONS", "Augmentation", "Augmented", "augment", "create_augmentations"]
