"""The names that rows and model classes have: fields, relations from elsewhere, what is added."""
