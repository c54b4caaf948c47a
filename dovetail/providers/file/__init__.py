"""Files as integrations: JSON, JSONL, CSV, Parquet and SQLite."""
