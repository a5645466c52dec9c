import numpy as np
import pytest

from core.errors import NotFoundError
from core.verbs.attention import attend
from dashboard.components.filter import class_condition
from dashboard.services import attention, embedding, gallery
from dashboard.services.attention import AttentionView
from dashboard.services.gallery import GalleryRequest
from dashboard.services.samples import Selection
from tests.pages.known_runs import publish_three_classes


def asked(run, sort="", page=0, size=24, **filters):
    return GalleryRequest(Selection(run, **filters), sort, page=page, size=size)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", [19, 14, 13, 18, 15, 10, 11, 16, 12, 17]),
        ("confidence", [15, 19, 10, 14, 11, 16, 12, 17, 13, 18]),
        ("doubt", [13, 18, 12, 17, 11, 16, 10, 14, 15, 19]),
        ("nonsense", [19, 14, 13, 18, 15, 10, 11, 16, 12, 17]),
    ],
)
def test_samples_come_in_the_order_asked_for(known, sort, expected):
    assert gallery.page(asked(known.run, sort)).samples.tolist() == expected


def test_pages_follow_each_other_and_one_beyond_the_last_shows_the_last(known):
    whole = gallery.page(asked(known.run)).samples.tolist()
    pages = [gallery.page(asked(known.run, page=page, size=4)) for page in range(3)]
    assert [sample for page in pages for sample in page.samples.tolist()] == whole
    assert gallery.page(asked(known.run, page=99, size=4)).samples.tolist() == whole[8:]
    assert pages[0].total == 10


def test_counts_of_outcomes_sum_to_the_samples_of_the_part(known):
    counts = gallery.counts(Selection(known.run))
    assert counts.outcomes == (3, 3, 2, 2)
    assert sum(counts.outcomes) == counts.total == 10


def test_with_three_classes_right_and_wrong_are_counted_and_a_class_against_the_rest(house):
    known = publish_three_classes(house)
    own = gallery.counts(Selection(known.run))
    assert own.own
    assert own.outcomes == (6, 0, 0, 3)
    green = gallery.counts(Selection(known.run, klass="green"))
    assert green.outcomes == (2, 5, 1, 1)
    assert sum(green.outcomes) == own.total == 9


def test_the_matrix_counts_every_pair_of_classes(house):
    known = publish_three_classes(house)
    found = gallery.confused(Selection(known.run))
    assert found.counts.tolist() == [[2, 1, 0], [0, 2, 1], [1, 0, 2]]
    cell = gallery.page(asked(known.run, where=class_condition("red", "green")))
    assert cell.samples.tolist() == [5]


def test_a_model_without_attention_has_a_gallery_too(known):
    found = gallery.page(asked(known.baseline, sort="entropy"))
    assert len(found.samples) == 10
    assert not np.any(found.weights)


def test_an_unknown_channel_is_told(known):
    with pytest.raises(NotFoundError, match="no channel 'z'"):
        gallery.page(GalleryRequest(Selection(known.run), channel="z"))


@pytest.mark.parametrize("sort", ["margin", "distance", "typical"])
def test_samples_come_by_their_numbers(known, sort):
    made = gallery.page(asked(known.run, sort))
    values = made.margin if sort == "margin" else made.distance
    assert np.isfinite(values).all()
    assert (np.diff(values) * (-1 if sort == "distance" else 1) >= 0).all()


def test_picked_samples_of_any_part_come_in_the_order_they_were_picked(known):
    made = gallery.compared(asked(known.run), (14, 2, 14, 19))
    assert made.samples.tolist() == [14, 2, 19]
    with pytest.raises(NotFoundError, match="numbered 0 to 19"):
        gallery.compared(asked(known.run), (20,))
    with pytest.raises(NotFoundError, match="no sample is picked"):
        gallery.compared(asked(known.run), ())


def test_tiles_have_the_numbers_of_the_verb(known, house):
    verb = attend(known.run, "test", store=house)
    entropy = dict(zip(verb.samples.tolist(), verb.layers[0].statistics.entropy, strict=True))
    largest = dict(zip(verb.samples.tolist(), verb.layers[0].statistics.max, strict=True))
    for sort in ("errors", "entropy"):
        made = gallery.page(asked(known.run, sort))
        assert made.entropy.tolist() == pytest.approx([entropy[sample] for sample in made.samples.tolist()])
        shown = np.nanmax(made.weights, axis=1).tolist()
        assert shown == pytest.approx([largest[sample] for sample in made.samples.tolist()])


@pytest.mark.parametrize("where", ["distance > 0.5", "cluster == 1", "cluster != 1 and distance > 0.5"])
def test_distance_and_cluster_mean_the_same_in_gallery_heatmap_map_and_command(known, house, where):
    verb = attend(known.run, where, store=house)
    chosen = Selection(known.run, where=where)
    assert sorted(gallery.page(GalleryRequest(chosen, "distance")).samples.tolist()) == verb.samples.tolist()
    assert sorted(attention.order(AttentionView(chosen, sort="distance"))) == verb.samples.tolist()
    map_of = embedding.MapRequest(chosen, method="pca", space="series", layer="", colour=where.split()[0])
    coloured = embedding.the_map(map_of)
    assert np.flatnonzero(coloured.selected).tolist() == (verb.samples - 10).tolist()
    assert {"distance", "cluster"} <= set(embedding.colours(map_of))
