"""What is drawn as plain elements: only what the script can draw, clicked only by scripts."""

import re
from pathlib import Path

import pytest

from dashboard.components.filter import chips
from dashboard.components.view import ViewState
from dashboard.pages.attention.overview.callbacks import update_focus
from tests.pages.known_runs import publish_known

SCRIPT = (Path(__file__).parents[2] / "assets" / "plain.js").read_text()
TAGS = set(re.search(r"TAGS = /\^\((.*)\)\$/", SCRIPT)[1].replace("h[2-6]", "h2|h3|h4|h5|h6").split("|"))
PROPS = re.compile(re.search(r"PROPS = /(\^.*\$)/;", SCRIPT)[1])
RENAMED = set(re.findall(r"(\w+): \"", re.search(r"NAMES = \{(.*)\}", SCRIPT)[1]))


def parts(content):
    """Give every component of some content."""
    for one in content if isinstance(content, list | tuple) else [content]:
        if hasattr(one, "to_plotly_json"):
            yield one.to_plotly_json()
            yield from parts(getattr(one, "children", None))


@pytest.mark.parametrize("hostile", [False, True])
def test_the_script_can_draw_what_is_drawn_as_plain_elements(house, hostile):
    known = publish_known(house, hostile=hostile)
    view = {"run": known.run, "sample": 14, "where": "late > 10%", "klass": known.dataset.classes["label"][0]}
    drawn = [*update_focus(view)[3], *chips(ViewState.parse(view))]
    found = list(parts(drawn))
    assert len(found) > 60
    for part in found:
        assert part["namespace"] == "dash_html_components"
        assert part["type"].lower() in TAGS
        props = {name for name in part["props"] if name not in {"children", "style"} | RENAMED}
        assert all(PROPS.match(name) for name in props), props
        assert "n_clicks" not in props
