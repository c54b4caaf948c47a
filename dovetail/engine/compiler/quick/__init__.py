"""The quick form of a template: exact for the values that it expects, and given up for others (decision 6)."""
