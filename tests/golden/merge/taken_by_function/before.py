def on_order_saved():
    pass
