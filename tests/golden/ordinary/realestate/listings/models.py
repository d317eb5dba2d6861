from django.conf import settings
from django.db import models


class Agent(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agent")
    phone = models.CharField(max_length=20, blank=True)
    commission_rate = models.DecimalField(max_digits=4, decimal_places=2, default=3)
    active_listings = models.PositiveIntegerField(default=0)
    sold_count = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.user.get_full_name() or self.user.username


class Property(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "On the market"
        RESERVED = "reserved", "Reserved"
        SOLD = "sold", "Sold"

    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="properties")
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=180, blank=True)
    city = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    area = models.DecimalField(max_digits=8, decimal_places=2)
    price_per_sqm = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    sold_at = models.DateTimeField(null=True, blank=True)
    favorited_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="favorite_properties", blank=True)
    favorite_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "properties"

    def __str__(self):
        return self.title


class PropertyImage(models.Model):
    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="images")
    image = models.FileField(upload_to="properties/")
    is_cover = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)


class PriceHistory(models.Model):
    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="price_history")
    old_price = models.DecimalField(max_digits=12, decimal_places=2)
    new_price = models.DecimalField(max_digits=12, decimal_places=2)
    changed_at = models.DateTimeField(auto_now_add=True)


class Inquiry(models.Model):
    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="inquiries")
    name = models.CharField(max_length=80)
    email = models.EmailField()
    message = models.TextField()
    assigned_to = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="inquiries")
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)


class Commission(models.Model):
    property = models.OneToOneField(Property, on_delete=models.CASCADE, related_name="commission")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="commissions")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid_on = models.DateField(null=True, blank=True)
