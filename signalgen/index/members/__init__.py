"""The names on rows and model classes: fields, reverse relations, names that code adds."""
