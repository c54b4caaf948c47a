"""What `[lint]` of dovetail.toml means to the lints: for editors and for `dovetail check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from dovetail.engine.error_docs import ERRORS
from dovetail.errors import SettingsError
from dovetail.integrations.lint import LintSettings
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.view import Preferences, Sample
from dovetail.mailing.recipients import read_recipients, text_encoding
from dovetail.mailing.rows import Recipient


def samples_of(path: Path, number: int) -> Sequence[Sample]:
    """So many recipients of a file, drawn evenly and the same ones each time; rows that cannot be read are left.

    Raises:
        SettingsError: the file cannot be used.
    """
    drawn, chance = list[tuple[int, Sample]](), Random(0)  # noqa: S311  # a sample, no secret
    rows = (row for row in read_recipients(path, text_encoding(path)) if isinstance(row, Recipient))
    for count, row in enumerate(rows):
        sample = (row.row, Sample(f"row {row.row}", row.variables))
        if count < number:
            drawn.append(sample)
        elif (at := chance.randrange(count + 1)) < number:
            drawn[at] = sample
    if not drawn:
        raise SettingsError(f"{path} has no recipient that can be read. Check its first rows")
    return [sample for _, sample in sorted(drawn, key=lambda each: each[0])]


def preferences_of(lint: LintSettings) -> Preferences:
    """What `[lint]` of dovetail.toml says, for lints.

    Raises:
        SettingsError: it grades a finding that does not exist.
    """
    lint.check_codes({*LINTS, *ERRORS})
    return Preferences(severities=lint.severities, clients=lint.clients)
