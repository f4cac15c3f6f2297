"""The product runs where `dev` was not delivered."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

# None among the modules makes every import of it fail.
CHECK = """
import runpy, sys
sys.modules["dev"] = None
import coordination.asgi, coordination.celery
sys.argv = ["manage.py", "check"]
runpy.run_path("manage.py", run_name="__main__")
"""


@pytest.mark.slow
def test_the_product_starts_without_dev(tmp_path):
    environ = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "coordination.settings"}
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
