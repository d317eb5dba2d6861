from django.conf import settings
from django.db import models


class AuthorStats(models.Model):
    author = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blog_stats"
    )
    published = models.PositiveIntegerField(default=0)
    last_published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"{self.author}: {self.published}"
