"""The charts of the page Modalities."""

from core.figures.cross_maps import HEIGHT, cross_maps_figure
from core.figures.pair_alignment import alignment_figure, lags_figure
from core.figures.pair_groups import pair_groups_figure
from core.figures.pair_heads import contributions_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.modalities.ids import Id
from dashboard.services import modalities
from dashboard.services.modalities import ModalitiesRequest
from dashboard.services.selection import SELECTED, Selection


def asked(view: ViewState) -> ModalitiesRequest:
    """Return what a view asks about two modalities."""
    return ModalitiesRequest(Selection.of(view), view.layer, view.sample, view.head, view.show)


MAPS = Chart(
    id=Id.MAPS,
    title="Who looks where",
    reading="A row asks, a column is looked at; strong colour is much weight. Along the margins stand the "
    "signals, in deviations of the training data, up to three channels that vary most.",
    answer=lambda view: modalities.maps(asked(view)),
    draw=cross_maps_figure,
    uses=(*SELECTED, "layer", "sample", "head", "show"),
    height=HEIGHT,
)

ALIGNMENT = Chart(
    id=Id.ALIGNMENT,
    title="Do both directions agree?",
    reading="Bars: correlation of both maps, one of them turned over. Strokes: the same when one map is "
    "shifted. Diamonds: with one modality of another sample; where they lie at the bars' ends, nothing shows "
    "that what the maps share comes from what belongs together.",
    answer=lambda view: modalities.measured(asked(view)),
    draw=alignment_figure,
    uses=(*SELECTED, "layer"),
    height=420,
)

LAGS = Chart(
    id=Id.LAGS,
    title="How far apart they look",
    reading="Each line is one direction, both measured from the first modality to the second: a peak at +6 "
    "ties a place of the first to one of the second 6 later. Where directions agree, the lines lie together.",
    answer=lambda view: modalities.measured(asked(view)),
    draw=lags_figure,
    uses=(*SELECTED, "layer"),
    height=420,
)

GROUPS = Chart(
    id=Id.GROUPS,
    title="Right against wrong, and by class",
    reading="Each point is a sample, each box the middle half. Entropy: 0 looks at one place, 1 everywhere "
    "alike.",
    answer=lambda view: modalities.measured(asked(view)).groups,
    draw=pair_groups_figure,
    uses=(*SELECTED, "layer"),
    height=380,
)

CONTRIBUTIONS = Chart(
    id=Id.CONTRIBUTIONS,
    title="What each head adds",
    reading="How much the predicted probability moves when a head passes nothing on. Heads may stand in for "
    "each other: a small bar does not say that a head is unused.",
    answer=lambda view: modalities.contributions(asked(view)),
    draw=contributions_figure,
    uses=(*SELECTED, "layer"),
    height=380,
)
