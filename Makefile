# One list of tasks for people, README and CI. Every target brings its own .venv from a bare Python >= 3.11.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The first interpreter that is new enough; `make PYTHON=/path/to/python3 ...` overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
STAMP := .venv/.installed
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: run
run: $(STAMP) ## Start everything (PostgreSQL, Temporal, worker, web); Ctrl-C stops it
	@exec $(BIN)/voronka up

.PHONY: test
test: $(STAMP) ## Run all tests (architecture, replay corpus and scenarios are among them)
	$(BIN)/python -m pytest

.PHONY: lint
lint: $(STAMP) ## Formatting, lint and types, without the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

.PHONY: check
check: lint test ## Everything that must be green before a commit: lint, then the tests

.PHONY: replay
replay: $(STAMP) ## Only the replay corpus: do old histories still replay on this code?
	$(BIN)/python -m pytest tests/replay

.PHONY: replay-record
replay-record: $(STAMP) ## Record the histories the corpus lacks (after a new kind of message or work)
	$(BIN)/python -m tests.replay.record

.PHONY: bench
bench: $(STAMP) ## Measure latency, throughput, history size and memory (not a test)
	$(BIN)/python -m bench

.PHONY: bench-ui
bench-ui: $(STAMP) ## Measure the board in a real Chromium: opening, live changes, memory of a viewer
	$(BIN)/python -m bench.ui_board

.PHONY: screenshots
screenshots: $(STAMP) ## Take the pictures of docs/screenshots anew, from a product of its own (needs Chromium)
	$(BIN)/python -m tests.ui.screenshots

.PHONY: fmt
fmt: $(STAMP) ## Format and fix what can be fixed by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: requirements
requirements: $(STAMP) ## Pin again, with hashes (add UPGRADE=--upgrade for newer versions)
	$(UV_COMPILE) $(UPGRADE) requirements-dev.in -o requirements-dev.txt
	$(UV_COMPILE) -c requirements-dev.txt requirements.in -o requirements.txt
	@! grep -nE '[a-z]+://' requirements.txt requirements-dev.txt || { echo "URLs have no place in pinned requirements"; exit 1; }

.PHONY: venv
venv: $(STAMP) ## Only make .venv (with the command .venv/bin/voronka)

# The stamp is written last: a half-made .venv is completed by the next make.
$(STAMP): requirements-dev.txt requirements.txt requirements.in pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "voronka needs Python 3.11 or newer, and found: $$(python3 --version 2>&1 || echo no python3 at all)."; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "voronka needs Python 3.11 or newer; PYTHON=$(PYTHON) is $$("$(PYTHON)" --version 2>&1)."; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment: its venv/ensurepip module is missing."; \
		echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making .venv with $$("$(PYTHON)" --version) (once; later starts skip this)"
	@[ -x $(BIN)/python ] && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| "$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
