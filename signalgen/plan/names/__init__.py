"""Names and places: what the free names of a body mean, and which module code belongs in."""
