from django.db.models.signals import post_delete


def listens(model):
    def wrapped(function):
        post_delete.connect(function, sender=model, dispatch_uid=f"shop.{function.__name__}")
        return function

    return wrapped
