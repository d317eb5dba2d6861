x = 1


def on_order_saved(sender, **kwargs) = 2:
    return 2
