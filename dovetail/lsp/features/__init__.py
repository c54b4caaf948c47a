"""What an editor can be told about a template, free of any protocol: pure functions over a `View`."""
