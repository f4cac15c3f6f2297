"""Preparing a data folder: the first start, the next one, and a folder of an older version."""

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from coordination.tooling.management.commands.prepare import refuse_older_database


@pytest.mark.django_db
def test_a_database_of_this_version_is_accepted():
    refuse_older_database()


@pytest.mark.django_db
def test_a_database_of_an_older_version_is_refused_with_its_name_and_the_remedy(settings):
    MigrationRecorder(connection).record_applied("organs", "0001_initial")
    MigrationRecorder(connection).record_applied("referrals", "0006_competent_organ")
    with pytest.raises(CommandError) as refused:
        refuse_older_database()
    message = str(refused.value)
    assert str(settings.DATABASES["default"]["NAME"]) in message
    assert "2 unknown migrations, such as organs.0001_initial" in message
    assert "DATA_DIR" in message
    assert "DATABASE_URL" in message
