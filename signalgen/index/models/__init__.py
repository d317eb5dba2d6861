"""Models: which classes are models, their fields, managers and relations, and resolving senders."""
