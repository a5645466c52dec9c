"""The chart of the section Spectrogram."""

from core.figures import spectrogram_figure
from dashboard.components.chart import Chart
from dashboard.pages.data.spectrogram.ids import Id
from dashboard.services import deriving

PREVIEW = Chart(
    id=Id.PREVIEW,
    title="How one sample would look",
    reading="Above the series, below how strong each frequency is along it: bright is strong.",
    answer=lambda view: deriving.preview(view.dataset, view.spectrum, view.sample, view.channel),
    draw=spectrogram_figure,
    uses=("dataset", "spectrum", "sample", "channel"),
    height=520,
)
