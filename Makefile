# make site and make test do all their own set-up: Python 3.11 or newer and make are enough.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help site test check serve format lint fuzz bench lock

help: ## list what make can do
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1 - \2/p' $(MAKEFILE_LIST)

$(READY): requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

site: $(READY) ## check the data and build the whole site into site/
	$(BIN)/python scripts/build.py site

test: lint ## run every test; those in a browser need Chromium
	$(BIN)/python -m pytest

check: $(READY) ## print every problem of the data package
	@$(BIN)/python scripts/build.py check

serve: site ## show the site on http://localhost:8000/ (PORT=... for another)
	$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory site

format: $(READY) ## rewrite data and code in canonical form
	$(BIN)/python scripts/build.py format
	$(BIN)/ruff format --quiet scripts tests
	$(BIN)/ruff check --quiet --fix-only scripts tests

lint: $(READY) ## look for faults in the code without running it
	$(BIN)/ruff format --check --quiet scripts tests
	$(BIN)/ruff check --quiet scripts tests

fuzz: $(READY) ## try the check on thousands of wrong cells and right packages (FUZZ=... for how many)
	FUZZ=$${FUZZ:-2000} $(BIN)/python -m pytest -q tests/test_properties.py

bench: site ## measure the check beside plain frictionless, and what the first view of a page costs
	$(BIN)/python tests/bench/check.py
	$(BIN)/python tests/bench/first_view.py site

lock: ## make requirements.txt anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --output-file requirements.txt --upgrade
