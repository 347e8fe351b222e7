PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTHONS := 3.11 3.12 3.13

.PHONY: help setup demo pictures test quick coverage test-all lint run train datasette lock release clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready  ## the environment, from the lock file

$(VENV)/.ready: requirements.lock pyproject.toml
	@echo 'storywake: installing the packages into $(VENV): some minutes on a slow line' >&2
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: setup  ## the seed stories, end to end, on SQLite; then storywake serve shows them
	@echo 'storywake: reading the two stories: about a minute' >&2
	$(BIN)/storywake demo

pictures: setup  ## the pictures of README and docs, taken with Chromium (needs the group heavy)
	$(BIN)/python -m bench.pictures docs/pictures

test: setup  ## the tests
	$(BIN)/python -m pytest

quick: setup  ## the fast tests of what reads and what is stored, on SQLite, in under a minute
	$(BIN)/python -m pytest -m "not slow" -k "not postgresql" tests/collector tests/db

coverage: setup  ## the tests, and which lines and branches they reach; fails below the floor in pyproject.toml
	$(BIN)/python -m pytest --cov --cov-report=term

test-all:  ## the tests on each Python from 3.11 to 3.13 that is here, each in an environment of its own
	@lacking=; for version in $(PYTHONS); do \
		if command -v python$$version > /dev/null; then \
			echo "Python $$version"; $(MAKE) test PYTHON=python$$version VENV=.venv-$$version || exit 1; \
		else lacking="$$lacking $$version"; fi; \
	done; if [ -n "$$lacking" ]; then echo "not found, so not tried: Python$$lacking"; fi

lint: setup  ## style, spelling, SQL, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/sqlfluff lint --disable-progress-bar db/queries db/views db/questions
	$(BIN)/mypy
	$(BIN)/lint-imports

run: setup  ## the scheduler, until stopped
	$(BIN)/storywake run

PACKS ?= /tmp/storywake-packs
LEARN = $(BIN)/python -m bench.learn $(PACKS)
ENGLISH = passes=4 batch=64 rate=1.5e-4 frozen=0 facts=1.5
MULTILINGUAL = passes=3 rate=1.2e-4 layers=8 frozen=4 thin=6

train: setup  ## the stance models, from the data in the folder DATA (hours without an accelerator)
	$(BIN)/pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/pip install --quiet --disable-pip-version-check --group train
	$(BIN)/python -m bench.train_stance $(DATA)
	$(BIN)/python -m bench.pack $(DATA) $(PACKS)
	for fold in 0 1 2 3 4; do $(LEARN)/english.npz $(PACKS)/english-$$fold fold=$$fold $(ENGLISH) || exit 1; done
	$(LEARN)/english.npz $(PACKS)/english-all keep=1 $(ENGLISH)
	$(LEARN)/multilingual.npz $(PACKS)/multilingual-0 keep=1 fold=0 $(MULTILINGUAL)
	$(BIN)/python -m bench.left_out english $(PACKS)/english.npz $(foreach fold,0 1 2 3 4,$(PACKS)/english-$(fold).npz)
	$(BIN)/python -m bench.left_out multilingual $(PACKS)/multilingual.npz $(PACKS)/multilingual-0.npz
	$(BIN)/python -m bench.export_encoder $(PACKS)/english.npz $(PACKS)/english-all.npz english
	$(BIN)/python -m bench.export_encoder $(PACKS)/multilingual.npz $(PACKS)/multilingual-0.npz multilingual
	$(BIN)/python -m bench.train_topics
	$(BIN)/python -m bench.train_wording $(DATA)
	$(BIN)/python -m bench.stance $(DATA)
	$(BIN)/python -m bench.shares $(DATA)

DATABASE ?= storywake.db

datasette: setup  ## the SQLite file DATABASE in Datasette, with the dictionary and the saved questions (at this machine alone)
	$(BIN)/pip install --quiet --disable-pip-version-check "datasette>=0.65,<1"
	$(BIN)/storywake sql --datasette --db sqlite:///$(DATABASE) > $(DATABASE).metadata.json
	$(BIN)/datasette $(DATABASE) --metadata $(DATABASE).metadata.json --setting suggest_facets off --setting sql_time_limit_ms 5000

lock:  ## resolve the dependencies anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --group dev pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --group heavy -c requirements.lock pyproject.toml -o requirements-heavy.lock

release: setup  ## lint, test, build and check a release, with its section of CHANGELOG.md dated; publishes nothing
	$(BIN)/python .ci/release.py ready
	$(MAKE) lint test
	$(BIN)/python .ci/release.py build dist

clean:  ## remove what was made: environments, builds, caches
	rm -rf .venv .venv-* dist build .pytest_cache .mypy_cache .ruff_cache .coverage
