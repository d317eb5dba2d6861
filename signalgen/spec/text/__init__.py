"""YAML text -> nodes with positions, and every problem with its place."""
