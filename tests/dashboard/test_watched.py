"""Inputs of callbacks that fire for their own keys of the view alone."""

import pytest
from dash import dcc

from dashboard.components import watched as module
from dashboard.components.watched import stores, watched


def test_the_same_keys_share_one_store_in_whatever_order_they_are_named():
    before = len(stores())
    first, second = watched("run", "sample", "coach"), watched("coach", "run", "sample")
    assert first.component_id == second.component_id
    made = stores()[before:]
    assert [type(store) for store in made] == [dcc.Store, dcc.Store]
    assert made[1].data == ["coach", "run", "sample"]


@pytest.mark.parametrize("keys", [(), ("run", "colours")], ids=["none", "unknown"])
def test_keys_that_the_view_does_not_have_are_refused(keys):
    with pytest.raises(ValueError, match="watched needs keys of the view; got (none|colours)"):
        watched(*keys)


def test_every_store_stands_in_the_frame_of_the_application():
    from dashboard.app import application

    drawn = str(application.layout())
    assert all(f"id='{identifier}'" in drawn for identifier in module._asked if "coach" not in identifier)
