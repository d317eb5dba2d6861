"""What a call does outside the database, and whether anybody waits for it."""
