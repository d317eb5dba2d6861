"""Django's apps: AppConfig classes, settings, which app a file belongs to."""
