"""Pushed webhooks: whether a request is from whom it says. Pure, but for `keys`, which fetches public keys."""
