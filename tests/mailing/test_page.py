"""The program in docs/mailing.md runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as files

ROOT = Path(__file__).parents[2]


def test_the_program_of_the_page_renders_a_mailing(tmp_path: Path) -> None:
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "mailing.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (tmp_path / "program.py").write_text(found[1].replace("/data", tmp_path.as_posix()), encoding="utf-8")
    (tmp_path / "mail.tpl").write_text("Hi {$profile.name}", encoding="utf-8")
    files.write_table(arrow.table({"name": ["Ann", "Bo"]}), tmp_path / "people.parquet")
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("2 0\n", "")
    assert files.read_table(tmp_path / "mails")["body"].to_pylist() == ["Hi Ann", "Hi Bo"]
