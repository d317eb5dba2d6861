"""Code as it is written: statements, what names mean, who imports whom; parsed only where somebody asks."""
