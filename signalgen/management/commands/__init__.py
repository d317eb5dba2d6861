"""The commands that ``manage.py`` offers while signalgen is an installed app."""
