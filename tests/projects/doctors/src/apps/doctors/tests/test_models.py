from django.test import SimpleTestCase

from apps.doctors.models import Doctor
from apps.doctors.tests.factories import DoctorFactory


class DoctorTests(SimpleTestCase):
    def test_a_doctor_has_a_full_name(self):
        self.assertEqual(str(Doctor(first_name='Ada', last_name='Byron')), 'Ada Byron')

    def test_every_doctor_has_a_license_of_their_own(self):
        first, second = DoctorFactory.build_batch(2)
        self.assertNotEqual(first.license_number, second.license_number)
