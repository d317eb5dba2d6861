"""Names and places: what a body's free names refer to, and which module code belongs in."""
