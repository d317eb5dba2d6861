from x import on_order_saved
