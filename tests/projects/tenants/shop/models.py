from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)
    article_count = models.PositiveIntegerField(default=0)


class Article(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    comment_count = models.PositiveIntegerField(default=0)
    tags = models.ManyToManyField(Tag, related_name="articles")


class Comment(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE)


class AuditEntry(models.Model):
    action = models.CharField(max_length=20)
    object_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
