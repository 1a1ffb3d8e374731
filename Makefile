# make demo    a film without a screen          make test      all tests
# make studio  the studio in the browser        make bench     the performance figures
# make check   linters and types                make campaign  long fault campaigns
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Modules are compiled when they are first used, once: else each of the many processes would compile all of its own.
unexport PYTHONDONTWRITEBYTECODE
WORKSPACE ?= $(HOME)/Generative_Studio_Workspace

.PHONY: demo studio test check lint types frontend unit bench campaign pytest clean system-%
.DEFAULT_GOAL := demo

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit("The studio needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	@touch $@

# The build hook of the package makes the front end, with the Node that comes from PyPI.
.venv/.studio: .venv/.made pyproject.toml constraints.txt
	$(BIN)/pip install -q --no-compile -c constraints.txt -e '.[studio]'
	@touch $@

.venv/.test: .venv/.made pyproject.toml constraints.txt
	$(BIN)/pip install -q --no-compile -c constraints.txt -e '.[studio,models,test]'
	@touch $@ .venv/.studio

system-%:
	@$(PYTHON) scripts/system.py $*

demo: system-demo .venv/.studio
	@$(BIN)/python scripts/frontend.py
	@$(BIN)/genstudio demo --workspace "$(WORKSPACE)"

studio: system-studio .venv/.studio
	@$(BIN)/python scripts/frontend.py
	@$(BIN)/genstudio studio --sample --workspace "$(WORKSPACE)"

check: .venv/.test lint types
lint:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
types:
	$(BIN)/mypy
frontend: .venv/.test
	$(BIN)/python scripts/frontend.py
	$(BIN)/python scripts/frontend.py run check
	$(BIN)/python scripts/frontend.py run test

unit: .venv/.test
	$(BIN)/pytest tests/unit

test: system-test .venv/.test
	$(MAKE) --no-print-directory --jobs 2 check frontend
	$(BIN)/python scripts/with_engine.py -- $(MAKE) --no-print-directory pytest

# Most tests wait for other programs: two at a time. Containers beside browsers, for those wait and these draw.
pytest:
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/unit tests/integration
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/container tests/browser

campaign: system-test .venv/.test
	$(BIN)/python scripts/frontend.py
	GENSTUDIO_CAMPAIGN=1 $(BIN)/python scripts/frontend.py run test
	GENSTUDIO_CAMPAIGN=1 $(BIN)/python scripts/with_engine.py -- $(BIN)/pytest --timeout 3600 \
		tests/unit/graph tests/unit/edit tests/integration/cli tests/integration/edit tests/integration/engine tests/integration/project \
		tests/integration/notebooks tests/integration/pipelines tests/integration/server tests/container tests/browser

bench: system-test .venv/.test
	$(BIN)/python scripts/frontend.py
	$(BIN)/python scripts/with_engine.py -- $(BIN)/python -m benchmarks

clean:
	rm -rf .venv extension/node_modules genstudio/widget/static dist build
