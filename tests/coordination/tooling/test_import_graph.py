"""The drawing of the folders."""

import pytest

from coordination.tooling.import_graph import drawing, folders

MODULES = {
    "agencies/journal": "",
    "cases/casefile": "from agencies.journal.models import Event",
    "cases/papers": "from cases.casefile import models\nfrom .models import Paper\nimport json",
    "coordination/home": "from cases.papers.models import Paper\nfrom agencies.journal import models",
    "coordination/lists": "import coordination.home.views\nfrom coordination.home import views",
}


@pytest.fixture
def tree(tmp_path):
    for folder, source in MODULES.items():
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").touch()
        (tmp_path / folder / "models.py").write_text(source)
    return tmp_path


def test_a_folder_imports_what_its_modules_import_from_others(tree):
    assert folders(tree)["coordination.home"] == {"cases.papers", "agencies.journal"}
    assert folders(tree)["cases.papers"] == {"cases.casefile"}


def test_an_arrow_is_left_out_if_a_longer_way_leads_there(tree):
    shown = drawing(tree)
    assert "coordination.home --> cases.papers" in shown
    assert "coordination.home --> agencies.journal" not in shown
    assert "cases.casefile --> agencies.journal" in shown


def test_folders_that_import_one_another_are_one_box(tree):
    (tree / "coordination/home/views.py").write_text("from coordination.lists import models")
    shown = drawing(tree)
    assert 'coordination.home["home, lists"]' in shown
    assert "coordination.lists" not in shown
