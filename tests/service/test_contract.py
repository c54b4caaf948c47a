"""The service does what its OpenAPI document says: Schemathesis asks whatever the document allows, and more.

`python -m tests.service.contract` runs longer.
"""

from __future__ import annotations

import pytest

from tests.service.conftest import Service
from tests.service.contract import quick_key, run

pytestmark = pytest.mark.timeout(300)


def test_the_service_keeps_its_own_description(service: Service) -> None:
    ran = run(service.url, quick_key(service), examples=12, seed=20_261_126)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "Traceback" not in service.log
    assert " at " not in service.log, service.log[-2000:]
