from django.conf import settings
from django.db import models


class Post(models.Model):
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(max_length=120)
    comment_count = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.title
