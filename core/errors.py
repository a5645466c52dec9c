"""What can go wrong through what a user gave, told in words for that user."""


class HeedError(Exception):
    """A mistake a user can mend; its text is shown as it stands: the rule, then what came."""

    kind = "error"


class SettingsError(HeedError):
    """A setting is unknown, of the wrong type or out of its bounds."""

    kind = "settings"


class ShapeError(HeedError):
    """An array does not have the axes it must have."""

    kind = "shape"


class DataError(HeedError):
    """A file or a dataset does not hold what is needed."""

    kind = "data"


class LimitError(HeedError):
    """Something is larger or slower than Heed accepts."""

    kind = "limit"


class NotFoundError(HeedError):
    """No such dataset, run or job; a foreign one is answered in the same way."""

    kind = "not-found"


class StoreError(HeedError):
    """The store can't be read or written: damaged, full, read-only."""

    kind = "store"


class JobError(HeedError):
    """A job can't be submitted, resumed or cancelled in its present state."""

    kind = "job"


class TrainingError(HeedError):
    """A training can't go on or its result may not be published."""

    kind = "training"


class ModelError(HeedError):
    """A model does not keep its contract or can't answer what is asked."""

    kind = "model"
