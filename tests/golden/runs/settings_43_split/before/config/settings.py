from split_settings.tools import include

include("settings.dist.py", "local.py", scope=locals())
