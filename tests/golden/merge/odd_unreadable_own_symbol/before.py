x = 1


def on_order_saved(sender, **kwargs):
    return = 2
