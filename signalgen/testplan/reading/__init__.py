"""What a body does with a real row: ``ways(...)`` is the entry."""
