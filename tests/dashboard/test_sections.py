"""Sections of pages: which one is shown, what its tab says, that all their controls are bound at first."""

import pytest

from dashboard.components import controls
from dashboard.components.view import ViewState
from dashboard.pages.compare.sections import SECTIONS as OF_COMPARE
from dashboard.pages.data.sections import SECTIONS as OF_DATA

BOTH = pytest.mark.parametrize("sections", [OF_DATA, OF_COMPARE], ids=["data", "compare"])


@BOTH
def test_the_section_of_the_view_is_shown_and_its_tab_is_the_chosen_one(app, store, sections):
    for key in [section.key for section in sections.all]:
        tabs, place, shown = sections.content(ViewState(section=key))
        (chosen,) = [tab for tab in tabs.children if getattr(tab, "aria-selected") == "true"]
        assert getattr(chosen, "data-section") == shown.data == key
        assert getattr(chosen, "aria-controls") == place.id
        assert getattr(place, "aria-labelledby") == chosen.id
        assert [tab.tabIndex for tab in tabs.children].count(0) == 1


@BOTH
@pytest.mark.parametrize("key", ["", "gone"])
def test_the_first_section_is_shown_for_a_key_that_nobody_knows(app, store, sections, key):
    assert sections.content(ViewState(section=key))[2].data == sections.all[0].key
    assert (
        sections.update(key, {}).to_plotly_json().keys()
        == sections.update(None, None).to_plotly_json().keys()
    )


def test_controls_of_every_section_are_bound_before_one_is_opened(app, store):
    OF_COMPARE.content(ViewState())
    wanted = {"compare-metric", "compare-agreed", "compare-cost", "compare-matrices-scale"}
    assert wanted <= {name for name, _ in controls._bound}
