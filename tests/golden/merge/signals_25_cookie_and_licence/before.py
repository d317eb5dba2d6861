# -*- coding: utf-8 -*-
# This Source Code Form is subject to the terms of the Some Public License.
# Copyright (c) 2021 Somebody.
