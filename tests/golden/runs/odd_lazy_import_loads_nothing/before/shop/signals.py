"""Own receivers."""
