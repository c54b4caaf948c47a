"""What the engine costs beside its peers; `run.py` is the command."""
