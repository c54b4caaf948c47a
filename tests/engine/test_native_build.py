"""The accelerator is built into the wheel where it can be, and is never needed for one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.engine.native_module import ROOT, SOURCE, build_hook

BUILT = f"dovetail/engine/_native{sysconfig.get_config_var('EXT_SUFFIX')}"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a wheel is built from, apart, with a module in it that another build has left."""
    there = tmp_path / "checkout"
    there.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, there / name)
    shutil.copytree(ROOT / "dovetail" / "engine", there / "dovetail" / "engine", ignore=shutil.ignore_patterns("*.so"))
    (there / "dovetail" / "__init__.py").write_text("")
    (there / BUILT).write_bytes(b"of another time")
    return there


def wheel(checkout: Path, **environment: str) -> tuple[Path, str, list[str], bytes]:
    """Builds a wheel: its path, what was said, its files, the module in it."""
    unset = {name: value for name, value in os.environ.items() if name not in ("CC", "CFLAGS", "DOVETAIL_PURE")}
    out = checkout.parent / "dist"
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        env={**unset, **environment},
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    (path,) = out.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        module = archive.read(BUILT) if BUILT in names else b""
    return path, done.stdout + done.stderr, names, module


@pytest.mark.external("cc")
def test_with_a_compiler_the_wheel_is_of_this_platform(checkout: Path) -> None:
    path, said, names, module = wheel(checkout)
    assert "without its accelerator" not in said
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    assert path.name.split("-")[2] == version
    assert not path.name.endswith("-any.whl")
    assert len(module) > 1_000
    assert "dovetail/engine/_native.c" not in names
    assert (checkout / BUILT).read_bytes() == b"of another time"


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"CC": "/nonexistent/cc"}, "no C compiler: No such file or directory"),
        ({"CC": "false"}, "the compiler failed"),
        ({"DOVETAIL_PURE": "1"}, "DOVETAIL_PURE is set"),
    ],
)
def test_without_a_compiler_the_wheel_is_pure_and_one_line_says_so(
    checkout: Path, environment: dict[str, str], reason: str
) -> None:
    path, said, names, _ = wheel(checkout, **environment)
    assert path.name.endswith("-py3-none-any.whl")
    assert [line for line in said.splitlines() if "accelerator" in line] == [
        f"dovetail: built without its accelerator ({reason})"
    ]
    assert not [name for name in names if "_native." in name and not name.endswith(".pyi")]
    assert "dovetail/engine/native.py" in names


@pytest.mark.external("cc")
def test_a_build_that_fails_leaves_the_module_of_before(tmp_path: Path) -> None:
    hook = build_hook()
    before = hook.build(SOURCE, tmp_path)
    wrong = tmp_path / "wrong.c"
    wrong.write_text("this is no C;\n")
    content = before.read_bytes()
    with pytest.raises(hook.CannotBuild, match="error") as caught:
        hook.build(wrong, tmp_path)
    assert "\n" not in str(caught.value)
    assert before.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([before.name, "wrong.c"])


@pytest.mark.external("cc")
def test_an_editable_installation_has_it_beside_the_source(checkout: Path) -> None:
    hook = build_hook()

    class Said:
        def display_warning(self, line: str) -> None:
            pytest.fail(line)

    builder = hook.AcceleratorHook(str(checkout), {}, None, None, str(checkout), "wheel", Said())
    data: dict[str, object] = {"force_include": {}}
    builder.initialize("editable", data)
    builder.finalize("editable", data, "")
    assert (checkout / BUILT).stat().st_size > 1_000
    assert data == {"force_include": {}, "pure_python": False, "infer_tag": True}
