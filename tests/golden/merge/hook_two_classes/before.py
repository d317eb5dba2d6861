class OrdersConfig:
    name = 'a'


class OrdersConfig:
    name = 'b'
