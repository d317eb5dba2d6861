from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg


def weighted_average(enrollment):
    grades = list(enrollment.grades.all())
    weight = sum(grade.weight for grade in grades)
    if not weight:
        return None
    total = sum(grade.score * grade.weight for grade in grades)
    return (total / weight).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def recalculate_gpa(student):
    gpa = student.enrollments.filter(final_grade__isnull=False).aggregate(gpa=Avg("final_grade"))["gpa"]
    student.gpa = gpa
    student.save(update_fields=["gpa"])
