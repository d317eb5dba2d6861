"""What makes the rows of tests, and where their attributes lead. Entry: ``makers.maker_of``."""
