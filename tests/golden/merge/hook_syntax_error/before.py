class OrdersConfig(:
    name = 'orders'
