# make site and make test do all their own set-up: Python 3.11 or newer and make are enough.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
READY := .venv/ready
ZENSICAL := build/zensical-venv

.DEFAULT_GOAL := help
.PHONY: help site site-zensical test check changes serve format lint fuzz bench tag archive earlier links audit lock

help: ## list what make can do
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1 - \2/p' $(MAKEFILE_LIST)

$(READY): requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

# what `make earlier` fetched goes into the site; without it the site has the files of its own version only
site: $(READY) ## check the data and build the whole site into site/
	$(BIN)/python scripts/build.py site $(if $(wildcard build/earlier),--earlier build/earlier)

site-zensical: site $(ZENSICAL)/ready ## build the same site with Zensical too and compare their addresses
	$(BIN)/python scripts/zensical.py $(ZENSICAL)/bin/zensical

# apart from .venv: nothing of it is needed to build the site
$(ZENSICAL)/ready: requirements-zensical.txt
	$(PYTHON) -m venv $(ZENSICAL)
	$(ZENSICAL)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

test: lint ## run every test; those in a browser need Chromium
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# What comes from outside (a branch, a tag, an address) is read by the shell from its environment, in quotes: make would
# paste it into the command.
check: $(READY) ## print every problem of the data package (FORMAT=text, github, json)
	@$(BIN)/python scripts/build.py check --format "$${FORMAT:-text}"

changes: $(READY) ## say in plain words what changed in the data since BASE=main (FORMAT=text, markdown, github)
	@$(BIN)/python scripts/build.py diff --format "$${FORMAT:-text}" -- "$${BASE:-main}"

serve: $(READY) ## show the site on http://localhost:8000/ and make it anew at every change (PORT=... for another)
	@$(BIN)/python scripts/build.py serve --port $(PORT)

format: $(READY) ## rewrite data and code in canonical form
	$(BIN)/python scripts/build.py format
	$(BIN)/ruff format --quiet scripts tests
	$(BIN)/ruff check --quiet --fix-only scripts tests

lint: $(READY) ## look for faults in code and workflows without running them
	$(BIN)/ruff format --check --quiet scripts tests
	$(BIN)/ruff check --quiet scripts tests
	$(BIN)/zizmor --offline --quiet --no-progress --persona auditor --min-severity medium --collect all \
	  --strict-collection .github
	$(BIN)/python tests/lint/actionlint.py

fuzz: $(READY) ## try the check on thousands of wrong cells and right packages (FUZZ=... for how many)
	FUZZ=$${FUZZ:-2000} $(BIN)/python -m pytest -q tests/test_properties.py

bench: site ## measure the check beside plain frictionless, the first view of a page, and builds beside plain MkDocs
	$(BIN)/python tests/bench/check.py
	$(BIN)/python tests/bench/first_view.py site
	$(BIN)/python tests/bench/build.py

tag: $(READY) ## tell whether TAG=v... is the tag of this version of the data, and the version is the one released
	@$(BIN)/python scripts/build.py tag -- "$${TAG:?}"

archive: $(READY) ## pack the files of this version from site/ into build/release/, for a release
	@$(BIN)/python scripts/build.py archive site build/release

earlier: $(READY) ## fetch the files of every release into build/earlier/ (needs gh, GitHub's command)
	@$(BIN)/python scripts/build.py earlier build/earlier

links: $(READY) ## try every link of site/ to another site (needs the internet)
	@$(BIN)/python tests/lint/links.py site

audit: ## compare requirements.txt with the list of known holes (needs the internet)
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	build/audit/bin/pip-audit --strict --requirement requirements.txt --require-hashes --disable-pip --progress-spinner off

lock: ## make requirements.txt anew from pyproject.toml, and that of Zensical (needs uv)
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --output-file requirements.txt --upgrade
	echo zensical | uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --output-file requirements-zensical.txt --upgrade
