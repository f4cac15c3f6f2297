"""`python -m dev COMMAND`: like manage.py, with the commands of `dev`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "dev.settings"
    execute_from_command_line(["python -m dev", *sys.argv[1:]])
