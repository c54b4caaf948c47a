"""Accounts in a database: their integrations, credentials, keys and templates, and who changed what."""
