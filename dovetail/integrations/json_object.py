"""Files that hold one JSON object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from dovetail.errors import SettingsError


def read_object(path: Path, what: str, remedy: str) -> dict[str, object]:
    """The object in a file. `what` it is and the `remedy` for a file of another shape stand in the messages.

    Raises:
        SettingsError: it is not there or not one JSON object; the place is named.
    """
    try:
        value: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8 text. Save the file as UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{what} {path} cannot be read: {error.strerror}") from None
    if not isinstance(value, dict):
        raise SettingsError(f"{path} is not one JSON object. {remedy}")
    return cast("dict[str, object]", value)
