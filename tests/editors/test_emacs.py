"""Real Emacs with eglot and editors/emacs: what its client does with the language server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ELPA = Path("/usr/share/emacs/site-lisp/elpa")
PACKAGES = ("eglot-1.9", "project-0.8.1", "seq-2.23", "xref-1.6.0")


@pytest.mark.external("/usr/bin/emacs", str(ELPA / "eglot-1.9"))
@pytest.mark.timeout(400)
def test_what_eglot_does_with_the_server(mails: Path, product: str) -> None:
    environment = {
        **os.environ,
        "HOME": str(mails),
        "MAILS": str(mails),
        "PYTHON": sys.executable,
        "DOVETAIL_MODE": str(HERE.parents[1] / "editors/emacs/dovetail-mode.el"),
        "PRODUCT": product,
        "TYPED": product.split()[0].lower(),
    }
    paths = [argument for package in PACKAGES for argument in ("-L", str(ELPA / package))]
    ran = subprocess.run(
        ["/usr/bin/emacs", "--batch", "-Q", *paths, "-l", str(HERE / "emacs_test.el")],
        env=environment,
        cwd=mails,
        capture_output=True,
        text=True,
        timeout=380,
    )
    found = dict(line.split("=", 1) for line in ran.stdout.splitlines() if "=" in line)
    assert product in found.get("completion", ""), ran.stdout + ran.stderr[:3000]
    assert found["key"] == "completion-at-point"
    assert "completed" in found, ran.stdout + ran.stderr[:3000]
    assert found["completed"] == "{$mywebshop.product.123456}"
    assert product in found["hover"]
    assert "alternative text" in found["finding"]
    assert found["fixed"].startswith('<img alt=""')
    assert found["renamed"] == "{assign var=sum value=1}{$sum} {$sum}"
    assert found["formatted"] == "{if $a == 1}x{/if}"
    assert found["followup-mode"] == "dovetail-followup-mode"
    assert "there is no event `cart-abandon`" in found["fault"]
    assert "cart-abandoned" in found["event"]
    assert found["same-server"] == "t"
    assert "`$trigger` has no `custmer`" in found["unknown"], ran.stdout + ran.stderr[:3000]
