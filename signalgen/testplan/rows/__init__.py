"""Functions that make rows in tests, and what rows' attributes are. Entry: ``makers.maker_of``."""
