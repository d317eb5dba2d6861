"""Figures that are stored because counting them for every page is too slow."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from .models import Specialty


def recount_specialties(pks=None):
    """Count the doctors of these specialties, or of all, in one statement."""
    rows = Specialty.objects.all() if pks is None else Specialty.objects.filter(pk__in=pks)
    same = Specialty.objects.filter(pk=OuterRef('pk')).order_by()
    count = same.annotate(number=Count('doctors')).values('number')
    rows.update(doctor_count=Coalesce(Subquery(count), 0))
