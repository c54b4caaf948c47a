"""Events: their types, declared once, and the log that keeps them."""
