# -*- coding: latin-1 -*-
"""Café."""
import os
