"""Code as written: statements, what names mean, who imports whom; parsed lazily."""
