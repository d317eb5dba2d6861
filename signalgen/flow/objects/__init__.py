"""What expressions are: rows, classes, managers and rows of known models."""
