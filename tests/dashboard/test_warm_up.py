"""What a worker has done before it answers anybody."""

import subprocess
import sys


def test_pandas_is_whole_before_the_first_chart_is_drawn(tmp_path):
    code = "import sys, dashboard.app; print('DataFrame' in vars(sys.modules['pandas']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"HEED_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == "True"


def test_nothing_inherited_can_be_reached_by_a_name(client):
    page = client.get("/").get_data(as_text=True)
    assert page.index("/assets/head/guard.js") < page.index("/assets/head/theme.js") < page.index("<footer>")
    assert b"delete Object.prototype.__proto__" in client.get("/assets/head/guard.js").get_data()
