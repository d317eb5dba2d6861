"""Receivers around people. A line that is marked ``planted`` starts a defect; everything else is meant to be sound."""

import logging

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_init, post_save
from django.dispatch import receiver

from .models import Card, Person

logger = logging.getLogger(__name__)


@receiver(post_save, sender=Person, dispatch_uid="people.give_card")
def give_card(sender, instance, created, raw, **kwargs):
    if created and not raw:
        Card.objects.get_or_create(person=instance)


# planted: SG306 the user model of this project is people.Person
@receiver(post_save, sender=User)
def greet(sender, instance, created, **kwargs):
    if created:
        logger.info("hello %s", instance.pk)


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="people.note")
def note_person(sender, instance, created, **kwargs):
    logger.info("person %s saved, created: %s", instance.pk, created)


# planted: SG403 a person may have no card
@receiver(post_save, sender=Person, dispatch_uid="people.number_card")
def number_card(sender, instance, raw, **kwargs):
    if raw:
        return
    Card.objects.filter(pk=instance.card.pk, number="").update(number=str(instance.pk))


@receiver(post_save, sender=Person, dispatch_uid="people.check_card")
def check_card(sender, instance, raw, **kwargs):
    if raw or not hasattr(instance, "card"):
        return
    logger.info("card %s", instance.card.number)


# planted: SG405 nobody may have been logged in
@receiver(user_logged_out)
def say_goodbye(sender, request, user, **kwargs):
    logger.info("goodbye %s", user.email)


@receiver(user_logged_out)
def count_logout(sender, request, user, **kwargs):
    if user is not None:
        logger.info("goodbye %s", user.email)


# planted: SG302 this signal sends credentials and request, and no user
@receiver(user_login_failed)
def note_failure(sender, user, credentials, **kwargs):
    logger.warning("no login for %s", credentials.get("username"))


@receiver(user_login_failed)
def count_failure(sender, credentials, request=None, **kwargs):
    logger.warning("no login for %s", credentials.get("username"))


# planted: SG502 a query for every instance that is made
@receiver(post_init, sender=Person)
def remember_card(sender, instance, **kwargs):
    instance.has_card = Card.objects.filter(person_id=instance.pk).exists()


@receiver(post_init, sender=Card)
def remember_number(sender, instance, **kwargs):
    instance.stored_number = instance.__dict__.get("number")


@receiver(user_logged_in, dispatch_uid="people.count_login")
def count_login(sender, request, user, **kwargs):
    Person.objects.filter(pk=user.pk).update(logins=user.logins + 1)
