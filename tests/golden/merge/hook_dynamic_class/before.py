OrdersConfig = make_config('orders')
