def clean(instance):
    pass
