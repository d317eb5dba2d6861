"""Models: which classes are models, their fields, managers and relations, what a sender names."""
