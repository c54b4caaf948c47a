"""Tree → Python source → code object."""
