"""The effects of a body on a real row: ``ways(...)`` is the entry."""
