#!/usr/bin/env python
"""The command line of the product."""

import os
import sys

from coordination.config.production import CommandLine

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")
    CommandLine(sys.argv).execute()
