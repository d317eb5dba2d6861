# -*- coding: utf-8 -*-
# Copyright the shop.
