from django.conf import settings
from django.db import models


class Supplier(models.Model):
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    lead_time_days = models.PositiveSmallIntegerField(default=7)
    late_deliveries = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.name


class Item(models.Model):
    sku = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    supplier = models.ForeignKey(Supplier, on_delete=models.SET_NULL, null=True, blank=True, related_name="items")
    quantity = models.IntegerField(default=0)
    reorder_level = models.IntegerField(default=10)
    reorder_quantity = models.PositiveIntegerField(default=50)
    unit_cost = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    tags = models.ManyToManyField("Tag", related_name="items", blank=True)

    def __str__(self):
        return self.sku


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)
    item_count = models.PositiveIntegerField(default=0)


class StockMovement(models.Model):
    IN, OUT, ADJUST = "in", "out", "adjust"
    KINDS = ((IN, "Goods in"), (OUT, "Goods out"), (ADJUST, "Adjustment"))

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="movements")
    kind = models.CharField(max_length=8, choices=KINDS)
    quantity = models.IntegerField()
    balance_after = models.IntegerField(null=True, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    performed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="stock_movements"
    )
    created_at = models.DateTimeField(auto_now_add=True)


class PurchaseOrder(models.Model):
    DRAFT, SENT, RECEIVED = "draft", "sent", "received"
    STATUSES = ((DRAFT, "Draft"), (SENT, "Sent"), (RECEIVED, "Received"))

    number = models.CharField(max_length=20, unique=True, blank=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="purchase_orders")
    status = models.CharField(max_length=10, choices=STATUSES, default=DRAFT)
    total = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    expected_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)


class PurchaseOrderLine(models.Model):
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="purchase_lines")
    quantity = models.PositiveIntegerField()
    unit_cost = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)


class StockAlert(models.Model):
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="alerts")
    level = models.CharField(max_length=10)
    quantity = models.IntegerField()
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
