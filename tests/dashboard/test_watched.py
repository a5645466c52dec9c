"""Inputs of callbacks that fire for their own keys of the view alone."""

import pytest

from dashboard.components import watched as module
from dashboard.components.watched import stores, watched


def test_the_same_keys_share_one_store_in_whatever_order_they_are_named():
    before = len(stores())
    first, second = watched("run", "sample", "coach"), watched("coach", "run", "sample")
    assert first.component_id == second.component_id == {"type": "watched", "keys": "coach run sample"}
    assert [store.id for store in stores()[before:]] == [first.component_id]


@pytest.mark.parametrize("keys", [(), ("run", "colours")], ids=["none", "unknown"])
def test_keys_that_the_view_does_not_have_are_refused(keys):
    with pytest.raises(ValueError, match=r"watched needs keys of the view; got (none|colours)"):
        watched(*keys)


def test_every_store_stands_in_the_frame_of_the_application():
    from dashboard.app import application

    drawn = str(application.layout())
    assert all(str(identifier) in drawn for identifier in module._asked.values())
