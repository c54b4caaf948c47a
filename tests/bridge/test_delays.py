"""A delay keeps its time, whatever is killed meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bridge.followups.conftest import SECRET
from tests.bridge.followups.stage import Receiver

DELAY = 7.0
LATE = 2.0
"""Seconds that it may be late, also when what has to wake it was killed and started anew (the issue's bound)."""


def test_what_waits_is_done_in_time_after_a_kill(tmp_path: Path) -> None:
    receiver = Receiver()
    (tmp_path / "followups").mkdir()
    (tmp_path / "followups" / "later.toml").write_text(
        f'on = "told"\n[[steps]]\nwait = "{DELAY:g}s"\n[[steps]]\n'
        f'webhook = {{ url = "{receiver.url}", secrets = "HOOK_SECRET" }}\n'
    )
    environment = {
        **os.environ,
        "HOOK_SECRET": SECRET,
        "DOVETAIL_DATABASE": f"sqlite:///{tmp_path / 'accounts.sqlite'}",
    }

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dovetail", *arguments]
        return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)

    run = ("followups", "run", "--out", "sent", "--allow-private-addresses")
    worker = start(*run)
    try:
        assert start("followups", "check").wait(30) == 0
        told = start("events", "emit", "told", "--person", "ann@example.com")
        assert told.wait(30) == 0
        began = time.time()
        # It is waiting by then, or has not even begun; either way the event's time counts from its beginning.
        time.sleep(1.5)
        worker.kill()
        worker.wait()
        time.sleep(4.0)
        worker = start(*run)
        while not receiver.got and time.time() - began < DELAY + 10:
            time.sleep(0.02)
        passed = time.time() - began
    finally:
        worker.kill()
        worker.wait()
        receiver.close()
    assert len(receiver.got) == 1
    assert DELAY - LATE <= passed <= DELAY + LATE, passed
