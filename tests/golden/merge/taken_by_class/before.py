class on_order_saved:
    pass
