# The commands of the project; `make` alone lists them. docs/settings.md lists the environment variables.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
PYTHON := $(VENV)/bin/python
# The interpreter that the environment is made with: the distribution's, if it is there with `venv`. It is built with
# profile-guided optimisation, without which everything here takes longer; otherwise the first on the path.
PYTHON3 ?= $(shell /usr/bin/python3.11 -c 'import ensurepip' 2>/dev/null && echo /usr/bin/python3.11 || echo python3)
# Keeps compiled modules, also where the environment forbids it: without them, each process compiles for ten seconds.
TESTED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$(CURDIR)/.pytest_cache/bytecode" $(PYTHON)
# The tests of a file stay on one process, which plays their common stories once.
PYTEST := $(TESTED) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
CASES ?= 1000,100000,500000
CHROMIUM ?= $(shell command -v chromium-headless-shell || command -v chromium || command -v chromium-browser)

.PHONY: help run test test-all test-databases test-dates bench lint requirements translations pictures clean

help: ## lists these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: $(VENV)/installed ## installs, prepares, loads the demonstration and serves at http://127.0.0.1:$PORT (8000); Ctrl-C stops
	@$(PYTHON) manage.py prepare
	@[ "$${ENVIRONMENT:-development}" != development ] || $(PYTHON) -m dev demonstrate
	@exec $(PYTHON) manage.py serve

test: $(VENV)/installed-dev ## the suite without its slow tests, in minutes, on the services in the environment
	@$(PYTHON) manage.py compile_translations
	@$(PYTEST) -m "not slow"

test-all: $(VENV)/installed-dev ## the whole suite, on the services in the environment
	@$(PYTHON) manage.py compile_translations
	@$(PYTEST)

test-databases: $(VENV)/installed-dev ## the tests of what depends on the database or the queue, on those in the environment
	@$(PYTHON) manage.py compile_translations
	@$(PYTEST) -m "both_databases or postgres or redis"

# One process for each date, one more at once than there are cores: of five on two, the last would leave a core idle.
# Each prints its results at its end.
test-dates: $(VENV)/installed-dev ## date-dependent tests at five dates: a weekend, a holiday's eve, a leap day, New Year
	@$(PYTHON) manage.py compile_translations
	@$(PYTHON) -m tests.dates | xargs -n 1 -P 3 sh -c 'output=$$(env -u DATABASE_URL -u REDIS_URL -u CHROMIUM \
		TEST_DATE=$$0 $(TESTED) -m pytest --quiet $$($(PYTHON) -m tests.dates --files) 2>&1); found=$$?; echo "$$output"; exit $$found'

bench: $(VENV)/installed ## measures the product on PostgreSQL at CASES=1000,100000,500000
	@: $${DATABASE_URL:?set it to a PostgreSQL server; temporary databases are created there and dropped}
	@$(PYTHON) -m dev bench --cases "$(CASES)"

.PHONY: fuzz
fuzz: $(VENV)/installed-dev ## fuzzes the API with FUZZ_CASES=2000 requests generated from its schema; FUZZ_SEED repeats a run
	FUZZ_CASES=$${FUZZ_CASES:-2000} $(TESTED) -m pytest --capture=no tests/coordination/api/test_fuzz.py

.PHONY: reconcile
reconcile: $(VENV)/installed-dev ## recounts all figures over HISTORIES=1000 random histories; MINUTES ends it, WALK_SEED selects others
	HISTORIES=$${HISTORIES:-1000} $(TESTED) -m pytest --numprocesses 0 --capture=no --quiet \
		tests/coordination/insight/metrics/test_reconciliation.py

# The checks load the settings, with values of their own and a separate data folder.
lint: export DATA_DIR := $(CURDIR)/$(VENV)/lint
lint: export SECRET_KEY := only-for-checking-the-settings-of-production-0123456789
lint: $(VENV)/installed-dev ## all static checks
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/djade --check --target-version 5.2 $$(git ls-files '*.html')
	$(PYTHON) manage.py makemigrations --check --dry-run
	ENVIRONMENT=production ALLOWED_HOSTS=coordination.example $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) -m dev check_translations

requirements: $(VENV)/installed-dev ## compiles requirements*.txt from requirements*.in
	for name in requirements requirements-papers requirements-dev; do \
		$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $$name.in -o $$name.txt \
			|| exit 1; \
	done

translations: $(VENV)/installed-dev ## adds new texts to the zh-hans catalogue and compiles it (needs gettext)
	$(PYTHON) manage.py makemessages --locale zh_Hans --no-obsolete --add-location file --ignore tests
	$(PYTHON) manage.py compile_translations

.PHONY: docs
docs: $(VENV)/installed-dev ## writes the generated pages of docs/: periods (of the prepared database), decisions, glossary, licences
	$(PYTHON) -m pip install --quiet --require-hashes --requirement requirements-papers.txt
	$(PYTHON) manage.py compile_translations
	$(PYTHON) -m dev clock_docs
	$(PYTHON) -m dev write_docs

pictures: $(VENV)/installed-dev ## renews the pictures of the main pages from a separate demonstration (needs Chromium)
	CHROMIUM="$(CHROMIUM)" $(PYTHON) -m tests.pictures

clean: ## removes generated files; the data under var/ stays
	rm -rf $(VENV) var/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find agencies cases coordination dev tests -name __pycache__ -prune -exec rm -r {} +

$(VENV)/bin/python:
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON3) here is $$($(PYTHON3) --version 2>&1)" >&2; exit 1; }
	$(PYTHON3) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Marker files, newer than the requirements; a second run then installs nothing.
$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m pip install --quiet --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(PYTHON) -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@
