"""Which integrations an account has: their names, settings, secrets and policies, and the environment made of them."""
