"""The source code: statements, name resolution, the import graph; parsed lazily."""
