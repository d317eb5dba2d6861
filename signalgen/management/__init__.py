"""Django looks for management commands in a package of this name."""
