# -*- coding: latin-1 -*-
"""A file from another time."""

import config

GREETING = "grüße, " + config.load().name
