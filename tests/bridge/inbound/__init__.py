"""Pushed webhooks are verified."""
