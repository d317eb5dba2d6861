INSTALLED_APPS = ["test"]
