"""Dovetail renders Smarty mail templates against live integrations.

The public names, each loaded when it is first used: `import dovetail` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dovetail.engine.environment import Template
    from dovetail.engine.limits import Limits
    from dovetail.engine.loaders import DictLoader
    from dovetail.engine.rendered import Rendered, Report
    from dovetail.errors import (
        AccessError,
        Diagnostic,
        DovetailError,
        LimitError,
        ProviderError,
        RenderError,
        SettingsError,
        TemplateError,
        TemplateNotFound,
        TemplateSyntaxError,
        UnreachableError,
        UsageError,
    )
    from dovetail.integrations.environment import Environment
    from dovetail.integrations.folder import FolderLoader
    from dovetail.integrations.remote import connect
    from dovetail.mailing.mailing import Mailing
    from dovetail.providers.kinds import Integration, Policy

_WHERE = {
    "AccessError": "dovetail.errors",
    "Diagnostic": "dovetail.errors",
    "DictLoader": "dovetail.engine.loaders",
    "DovetailError": "dovetail.errors",
    "Environment": "dovetail.integrations.environment",
    "FolderLoader": "dovetail.integrations.folder",
    "Integration": "dovetail.providers.kinds",
    "LimitError": "dovetail.errors",
    "Limits": "dovetail.engine.limits",
    "Mailing": "dovetail.mailing.mailing",
    "Policy": "dovetail.providers.kinds",
    "ProviderError": "dovetail.errors",
    "RenderError": "dovetail.errors",
    "Rendered": "dovetail.engine.rendered",
    "Report": "dovetail.engine.rendered",
    "SettingsError": "dovetail.errors",
    "Template": "dovetail.engine.environment",
    "TemplateError": "dovetail.errors",
    "TemplateNotFound": "dovetail.errors",
    "TemplateSyntaxError": "dovetail.errors",
    "UnreachableError": "dovetail.errors",
    "UsageError": "dovetail.errors",
    "connect": "dovetail.integrations.remote",
}

__all__ = [
    "AccessError",
    "Diagnostic",
    "DictLoader",
    "DovetailError",
    "Environment",
    "FolderLoader",
    "Integration",
    "LimitError",
    "Limits",
    "Mailing",
    "Policy",
    "ProviderError",
    "RenderError",
    "Rendered",
    "Report",
    "SettingsError",
    "Template",
    "TemplateError",
    "TemplateNotFound",
    "TemplateSyntaxError",
    "UnreachableError",
    "UsageError",
    "connect",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("dovetail-mail")
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module 'dovetail' has no attribute {name!r}")
    return getattr(import_module(where), name)
