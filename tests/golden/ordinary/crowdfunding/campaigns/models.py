from django.conf import settings
from django.db import models


class Campaign(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        FUNDED = "funded", "Funded"
        FAILED = "failed", "Failed"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="campaigns")
    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True, blank=True)
    goal = models.DecimalField(max_digits=12, decimal_places=2)
    raised = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    backer_count = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    launched_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    funded_at = models.DateTimeField(null=True, blank=True)
    followers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="followed_campaigns", blank=True)
    follower_count = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.title


class Reward(models.Model):
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="rewards")
    title = models.CharField(max_length=100)
    minimum = models.DecimalField(max_digits=10, decimal_places=2)
    limit = models.PositiveIntegerField(null=True, blank=True)
    claimed = models.PositiveIntegerField(default=0)


class Pledge(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        CONFIRMED = "confirmed", "Confirmed"
        REFUNDED = "refunded", "Refunded"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="pledges")
    backer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pledges")
    reward = models.ForeignKey(Reward, on_delete=models.SET_NULL, null=True, blank=True, related_name="pledges")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    fee = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)


class CampaignUpdate(models.Model):
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="updates")
    number = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=120)
    body = models.TextField()
    backers_only = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)


class Payout(models.Model):
    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="payout")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    requested_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)


class LedgerEntry(models.Model):
    campaign_title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
