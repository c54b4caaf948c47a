"""Dovetail over HTTP: accounts, integrations, keys, templates and renders for teams and other programs."""
