"""One worker process for each engine, all with the same line protocol (see `worker.py`)."""
