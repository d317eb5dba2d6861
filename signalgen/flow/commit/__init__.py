"""What waits for the commit: ``on_commit`` in its spellings, and tasks that wait without it."""
