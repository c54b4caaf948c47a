"""What a template needs and what is wrong with it, read from its tree without running it."""

from dovetail.engine.analysis.findings import Analysis
from dovetail.engine.analysis.reader import analyse

__all__ = ["Analysis", "analyse"]
