"""Values and rows that lead a test to one path through a body."""
