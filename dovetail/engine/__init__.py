"""Tree + values → text. Pure: says what it needs, never fetches."""
