from django.apps import AppConfig


class OrdersConfig(AppConfig):
	name = "orders"

	def helper(self) -> None:
		go()
