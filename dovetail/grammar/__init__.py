"""Text → tree. Pure: no values, no files, no network."""
