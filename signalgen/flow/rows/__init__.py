"""What a function does with rows: queries, writes, and how often."""
