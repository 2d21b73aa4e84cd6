# Every task of the project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --extra build pyproject.toml
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install sandbox run check test test-anonymity test-browser test-kills bench care-train care-report lint format lock clean

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# Two environments' worth of work in one: the stamp is as old as the lock it was made from.
$(VENV)/.run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.run ## make the virtual environment that everything runs in

sandbox: $(VENV)/.run ## try it: a Discord server on this machine and the real bot in it
	@$(BIN)/towards sandbox

run: $(VENV)/.run ## run the bot on Discord (settings from the environment or .env)
	@$(BIN)/towards run

check: $(VENV)/.run ## check settings, content and migrations without logging in
	@$(BIN)/towards check

test: $(VENV)/.dev ## run every test
	@$(BIN)/python -m pytest -n 2

test-anonymity: $(VENV)/.dev ## run the tests that nobody can learn who wrote without a name
	@$(BIN)/python -m pytest -n 2 -m anonymity

test-browser: $(VENV)/.dev ## run the tests of the sandbox's page in Chromium
	@$(BIN)/python -m pytest tests/browser

test-kills: $(VENV)/.dev ## kill the bot at random instants: is each post there once? (KILLS=200 SEED=...)
	@$(BIN)/python -m tests.e2e.kills $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/.dev ## measure speed and memory beside a bare discord.py bot (BENCH="--quick herd")
	@$(BIN)/python -m benchmarks $(BENCH)

care-train: $(VENV)/.dev ## make the screening's model anew from benchmarks/care/train
	@$(BIN)/python -m benchmarks.care.train

care-report: $(VENV)/.dev ## write docs/care-figures.md: how well the screening does on benchmarks/care/dev
	@$(BIN)/python -m benchmarks.care.report

lint: $(VENV)/.dev ## ruff (check and format) and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/.dev ## renew the pinned versions and hashes
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --output-file requirements-dev.lock

clean: ## remove what was made here (never data/)
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache
