"""django-tenants beside the generated receivers."""
