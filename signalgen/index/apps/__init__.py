"""Django's apps: AppConfig classes, settings, and the app that a file belongs to."""
