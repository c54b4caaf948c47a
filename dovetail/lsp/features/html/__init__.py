"""HTML and CSS within templates: what may be written, what it means to mail clients, what is wrong with it."""

from dovetail.lsp.features.html.completions import html_completions
from dovetail.lsp.features.html.findings import html_findings
from dovetail.lsp.features.html.hover import html_hover

__all__ = ["html_completions", "html_findings", "html_hover"]
