"""Nothing leaves the machine and nothing is written outside the store, whatever Heed is asked for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.strace import require_strace

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
# On one line: what another thread cut off counts as written, and what it does next is not this call's.
WRITES = re.compile(
    r'(?:openat|open|creat)\((?:AT_FDCWD, )?"([^"]+)", [^)\n]*(?:O_CREAT|O_WRONLY|O_RDWR)[^)\n]*'
    r"(?:\) = \d|<unfinished)"
)
CONNECTS = re.compile(
    r"connect\(\d+, \{sa_family=AF_INET6?,.*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)

JOURNEY = """
from pathlib import Path
import core
made = core.make("bundled", {"name": "UnitTest"})
table = Path(TABLE)
table.write_text("label,a,b,c\\n" + "\\n".join(f"{'xy'[n % 2]},{n},{n + 1},{n * n}" for n in range(12)))
core.load(table)
trained = core.train(made, "attention-lstm", {"units": 4}, training={"epochs": 1}, here=True)
core.attend(trained.run.id)
core.predict(trained.run.id, made)
"""
PAGES = """
import time
from dashboard.app import application, server
from dashboard.services import attention, library
from dashboard.services.samples import Selection
run = library.runs().entries[0]
assert server.test_client().get("/", headers={"Host": "localhost"}).status_code == 200
attention.sample(attention.AttentionView(Selection(run.id)), None)
from core.inference import open_run
from core.data import open_dataset
from core.store import open_store
store = open_store()
opened = open_run(store, run.id)
data = open_dataset(store, run.dataset)
opened.model.predict(opened.scaler.transform(data.series[:2], data.lengths[:2]), data.lengths[:2])
time.sleep(3)
"""


def traced(code: str, place: Path) -> str:
    """Run code as a user without CI in the environment and return the calls it made."""
    log = place / "calls"
    environment = {name: value for name, value in os.environ.items() if name != "CI" and "HEED" not in name}
    environment |= {
        "HOME": str(place / "user"),
        "HEED_HOME": str(place / "store"),
        "TMPDIR": str(place / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("KERAS_HOME", None)
    environment.pop("XDG_CACHE_HOME", None)
    for name in ("user", "tmp"):
        (place / name).mkdir(exist_ok=True)
    command = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-o",
        str(log),
        "-e",
        "trace=connect,open,openat,creat",
    ]
    done = subprocess.run(
        [*command, sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return log.read_text()


def test_T2_no_connection_and_no_file_outside_the_store(tmp_path: Path) -> None:
    require_strace()
    calls = traced(JOURNEY.replace("TABLE", repr(str(tmp_path / "tmp" / "table.csv"))), tmp_path)
    calls += traced(PAGES, tmp_path)
    assert "series.npy" in calls, "the trace has seen nothing"
    addresses = {first or second for first, second in CONNECTS.findall(calls)}
    assert addresses <= {"127.0.0.1", "::1"}
    written = {Path(name) for name in WRITES.findall(calls)}
    allowed = (tmp_path / "store", tmp_path / "tmp", Path("/dev"), Path("/proc"))
    outside = {
        path for path in written if path.is_absolute() and not any(path.is_relative_to(a) for a in allowed)
    }
    assert outside == set()
    assert list((tmp_path / "user").iterdir()) == []
