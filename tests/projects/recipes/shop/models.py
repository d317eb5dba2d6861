from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    sku = models.CharField(max_length=20, blank=True)

    def __str__(self):
        return self.name


class PriceChange(models.Model):
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="changes"
    )
    field = models.CharField(max_length=40)
    old_value = models.CharField(max_length=80)
    new_value = models.CharField(max_length=80)

    def __str__(self):
        return f"{self.field} of {self.product}"


class AuditEntry(models.Model):
    action = models.CharField(max_length=20)
    object_id = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    def __str__(self):
        return f"{self.action} {self.object_id}"


class Note(models.Model):
    text = models.TextField()
    data = models.JSONField(default=dict)

    def __str__(self):
        return self.text


class NoteChange(models.Model):
    note = models.ForeignKey(Note, on_delete=models.CASCADE)
    field = models.CharField(max_length=4)
    old_value = models.CharField(max_length=20)
    new_value = models.CharField(max_length=20)

    def __str__(self):
        return f"{self.field} of {self.note_id}"


class Customer(models.Model):
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    nickname = models.CharField(max_length=40, null=True, default="")
    city = models.CharField(max_length=80, blank=True)

    def __str__(self):
        return self.name


class Profile(models.Model):
    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, related_name="profile"
    )
    language = models.CharField(max_length=10, default="de")

    def __str__(self):
        return f"Profile of {self.customer}"


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="new")
    status_changed_at = models.DateTimeField(null=True)
    total = models.DecimalField(max_digits=10, decimal_places=2, default=0)

    def __str__(self):
        return f"Order {self.pk}"


class StatusChange(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    old_status = models.CharField(max_length=20)
    new_status = models.CharField(max_length=20)

    def __str__(self):
        return f"{self.old_status} -> {self.new_status}"


class Item(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    quantity = models.PositiveIntegerField(default=1)
    price = models.DecimalField(max_digits=8, decimal_places=2)

    def __str__(self):
        return f"{self.quantity} of order {self.order_id}"


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)
    article_count = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.name


class Section(models.Model):
    name = models.CharField(max_length=40)
    is_open = models.BooleanField(default=True)

    def __str__(self):
        return self.name


class Article(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=20, unique=True)
    text = models.TextField(blank=True)
    comment_count = models.PositiveIntegerField(default=0)
    tags = models.ManyToManyField(Tag, related_name="articles", blank=True)
    sections = models.ManyToManyField(Section, related_name="articles", blank=True)

    def __str__(self):
        return self.title


class Page(models.Model):
    site = models.ForeignKey(Section, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    slug = models.SlugField(allow_unicode=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "slug"], name="page_slug")
        ]

    def __str__(self):
        return self.title


class Comment(models.Model):
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="comments"
    )
    text = models.TextField()

    def __str__(self):
        return self.text


class Document(models.Model):
    title = models.CharField(max_length=80)
    file = models.FileField(upload_to="files/", blank=True)
    cover = models.FileField(upload_to="covers/", default="covers/default.png")

    def __str__(self):
        return self.title


class Team(models.Model):
    name = models.CharField(max_length=40)
    is_open = models.BooleanField(default=True)
    member_count = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.name


class Player(models.Model):
    name = models.CharField(max_length=40)
    teams = models.ManyToManyField(Team, through="Membership", related_name="players")

    def __str__(self):
        return self.name


class Membership(models.Model):
    player = models.ForeignKey(Player, on_delete=models.CASCADE)
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    since = models.DateField(null=True)

    def __str__(self):
        return f"{self.player} of {self.team}"


class Attachment(models.Model):
    file = models.FileField(upload_to="files/", blank=True)

    def __str__(self):
        return self.file.name


class AddressEvent(models.Model):
    event = models.CharField(max_length=6)
    user_id = models.BigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)

    def __str__(self):
        return f"{self.event} {self.user_id}"


class LoginEvent(models.Model):
    event = models.CharField(max_length=20)
    user_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, blank=True)

    def __str__(self):
        return f"{self.event} {self.user_id}"
