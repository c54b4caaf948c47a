"""The commands of `dovetail`: one a file, each a click command called `command`; thin, and loaded when used."""
