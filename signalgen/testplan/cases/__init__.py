"""The tests of one receiver, way by way. Entry: ``told.Told``."""
