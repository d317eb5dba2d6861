"""What a call does outside the database, and whether anything waits for it."""
