# Everything a developer runs. `make help` lists it; git, make and a Python 3.10 to 3.14 are all it needs.
VENV ?= .venv
BIN := $(VENV)/bin
# tree-sitter has no wheel for Python 3.15 yet.
RUNS := import sys, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 15))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
	$$p -c '$(RUNS)' 2>/dev/null && { echo $$p; break; }; done)
# uv brings its own certificates; where the system has some, they count, as they do for pip.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= 1
endif
# What is installed, by pip or uv, here or by a test: the releases in the file for this Python.
PINS := $(shell p=$(BIN)/python; test -x $$p || p="$(PYTHON)"; $${p:-false} -c \
	'import sys; print("$(CURDIR)/constraints/py%d%d.txt" % sys.version_info[:2])' 2>/dev/null)
ifneq ($(wildcard $(PINS)),)
export PIP_CONSTRAINT := $(PINS)
export PIP_BUILD_CONSTRAINT := $(PINS)
export UV_CONSTRAINT := $(PINS)
export UV_BUILD_CONSTRAINT := $(PINS)
endif
# Containers often set it. Every process would then compile what it imports: half of what starting signalgen takes.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest
PARALLEL := -n auto --dist loadgroup
# Thousands of small tests: each worker begins with a half, which takes a tenth of the messages.
STEALING := -n auto --dist worksteal

.PHONY: help setup demo test slow properties fuzz faults lint types wheel matrix postgres databases broker mutants test-size campaign planted queues listed peers traced extracted benchmarks constraints newest lowest neighbours scaffolds editors browser docs release-check clean
.DEFAULT_GOAL := help

help: ## list what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(VENV)/.ready ## the virtual environment, with the package and what its tests need

$(VENV)/.ready: pyproject.toml tests/projects/requirements.txt $(wildcard constraints/*.txt)
	@test -n "$(PYTHON)" || { echo "No Python 3.10 to 3.14 was found (Debian: apt-get install python3)." >&2; exit 1; }
	test -x $(BIN)/pip || $(PYTHON) scripts/environment.py $(VENV)
	$(if $(UV_CONSTRAINT),,@echo "No constraints for this Python: the newest of everything is installed.")
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group test --group lint uv \
		--requirement tests/projects/requirements.txt
	-$(BIN)/python -m pip download --quiet --no-deps --no-binary :all: --dest $(VENV)/share/sarif sarif-om==1.0.4
	touch $@

demo: setup ## generate the orders example into a real project and run its tests
	@$(BIN)/python scripts/demo.py

test: setup ## the test suite, in parallel
	$(PYTEST) $(STEALING) -m "not matrix and not slow and not faults" --ignore tests/runs/test_runs_properties.py --ignore tests/packaging

slow: setup ## the tests that take minutes: generated code broken place by place
	$(PYTEST) $(PARALLEL) -m slow

properties: setup ## a thousand random specs, edits and runs; make properties PROFILE=long: many more
	SIGNALGEN_PROFILE=$(or $(PROFILE),ci) $(PYTEST) $(PARALLEL) tests/runs/test_runs_properties.py

fuzz: setup ## signalgen check on mutated modules, about a minute; the same ones every time
	SIGNALGEN_FUZZ=$(or $(EXAMPLES),2000) $(PYTEST) -n 0 tests/check/test_check_fuzz.py

faults: setup ## whole commands in which every single file-system call fails, or the process dies before it
	$(PYTEST) $(PARALLEL) -m faults tests/runs

lint: setup ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy, strict
	$(BIN)/mypy

wheel: setup ## build the wheel, install it elsewhere, generate from it
	$(PYTEST) tests/packaging

matrix: setup ## the example projects on every supported Python and Django of this machine
	$(BIN)/python scripts/matrix.py $(if $(EVERY),--every)

postgres: setup ## the example projects' tests and the recipes' traps on a private PostgreSQL
	$(BIN)/python scripts/postgres.py $(PYTEST) $(PARALLEL) tests/e2e/test_e2e_run.py tests/recipes -k "own_tests or database or trap or swallows"

databases: setup ## every recipe on SQLite, PostgreSQL and MariaDB, with races of threads; RECORD=1 writes the table
	$(BIN)/python scripts/databases.py $(if $(RECORD),--record)

neighbours: setup ## generated receivers beside the packages that projects have, the real ones, in an environment of their own; RECORD=1 writes the table
	$(BIN)/python scripts/neighbours.py $(if $(RECORD),--record)

scaffolds: setup ## a project from cookiecutter and copier with its signal code, the tools in an environment of their own
	$(BIN)/python scripts/scaffolds.py

editors: setup ## the schema of a spec in the real YAML language server, from npm, its schema store off
	$(BIN)/python scripts/editors.py

browser: setup ## the page of signalgen chart in a headless Chromium; SIGNALGEN_SHOTS=DIR keeps pictures of it
	$(BIN)/python scripts/browser.py $(PYTEST) -n 0 tests/browser

docs: $(VENV)/.docs ## the documentation site, in .work/site: every warning is an error, every link inside it is followed
	$(BIN)/python -m sphinx -W --keep-going -q -E -j auto -b html -d .work/doctrees docs .work/site
	$(BIN)/python scripts/site_check.py .work/site

$(VENV)/.docs: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

release-check: $(VENV)/.release ## whether a release can be made: wheel, sdist, metadata, changelog, addresses, tag; it changes nothing
	@$(BIN)/python scripts/release_check.py

$(VENV)/.release: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --group release
	touch $@

broker: setup ## one task run for each committed save: a private Redis and PostgreSQL, a real Celery worker
	$(BIN)/python scripts/broker.py

corpus: setup ## the promises on a folder of real projects: make corpus DIR=…; STORIES=N: N stories of years in place of cases
	$(BIN)/python tests/corpus/run.py $(DIR) $(if $(STORIES),--stories $(STORIES))

mutants: setup ## generated code broken place by place in all example projects: make mutants ONLY=blog RECORD=1
	$(BIN)/python scripts/mutate_generated.py $(if $(ONLY),--only $(ONLY)) $(if $(RECORD),--record)

test-size: setup ## how long the generated tests are: make test-size DIR=… (generated projects) RECORD=1
	$(BIN)/python scripts/size_of_tests.py $(DIR) $(if $(RECORD),--record)

campaign: setup ## a thousand random handlers in projects of many shapes; make campaign FOREIGN=… RECORD=1
	$(BIN)/python scripts/campaign --held-out --handlers 50 $(if $(FOREIGN),--foreign $(FOREIGN)) $(if $(RECORD),--record)

queues: setup ## what is generated for each task library, with its real worker, on PostgreSQL and Redis; RECORD=1 writes the table
	$(BIN)/python scripts/queues $(if $(RECORD),--record)

listed: setup ## list held against what running public projects have connected: make listed FOREIGN=… RECORD=1
	$(BIN)/python scripts/listed --foreign $(FOREIGN) $(if $(RECORD),--record)

peers: setup ## what other tools see of three public projects beside list and trace: make peers FOREIGN=… RECORD=1
	$(BIN)/python scripts/listed/peers.py --foreign $(FOREIGN) $(if $(RECORD),--record)

traced: setup ## trace held against what saves in running public projects do: make traced FOREIGN=… RECORD=1
	$(BIN)/python scripts/traced --foreign $(FOREIGN) $(if $(RECORD),--record)

extracted: setup ## what extract takes of public projects, adopted in copies: make extracted FOREIGN=… RECORD=1
	$(BIN)/python scripts/extracted.py --foreign $(FOREIGN) $(if $(RECORD),--record)

planted: setup ## specs with one planted mistake each, over public projects: make planted FOREIGN=… RECORD=1
	$(BIN)/python scripts/planted --foreign $(FOREIGN) $(if $(RECORD),--record)

benchmarks: setup ## speed, memory and growth against the goals and the peers, about an hour; RECORD=1 writes the page, ONLY=6,7 measures these rows
	$(BIN)/python benchmarks/run.py $(if $(RECORD),--record) $(if $(ONLY),--only $(ONLY))

constraints: setup ## constraints/ anew, from the newest releases of today
	$(BIN)/python scripts/pins.py

newest: setup ## the test suite with the newest releases of everything
	$(BIN)/python scripts/extremes.py newest

lowest: setup ## the examples and specs with the lowest releases that pyproject.toml allows
	$(BIN)/python scripts/extremes.py lowest

clean: ## remove the environment and everything that can be made again
	rm -rf $(VENV) .work dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
