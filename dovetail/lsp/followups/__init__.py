"""Follow-ups in the editor: their own files, and what templates know that they send."""
