INSTALLED_APPS = ["settings", "app"]
