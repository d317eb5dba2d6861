def changed(sender, instance, **kwargs):
    pass
