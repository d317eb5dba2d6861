"""Models: which classes are some, their fields and managers, relations, and what a sender names."""
