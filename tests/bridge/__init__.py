"""The event bridge."""
