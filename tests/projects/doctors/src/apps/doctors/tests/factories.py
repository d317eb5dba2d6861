import factory

from apps.doctors.models import Doctor


class DoctorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Doctor

    first_name = factory.Faker('first_name')
    last_name = factory.Faker('last_name')
    email = factory.Sequence(lambda number: f'doctor{number}@example.org')
    license_number = factory.Sequence(lambda number: f'AB{number:06d}')
