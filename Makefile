# Switchboard. `make` or `make help` lists what there is.
# A bare Python 3.11+ is enough: each target prepares .venv first (crm/embedded/bootstrap.py).

PYTHON ?= $(firstword $(shell command -v python3 python3.13 python3.12 python3.11))
TASK := $(or $(PYTHON),$(error Python 3.11 or newer is needed, and none was found)) crm/embedded/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test lint bench demo shell manage reset lock

help: ## list the targets
	@echo "Switchboard: make TARGET"
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1|\2/' | while IFS='|' read -r t d; do printf '%-10s %s\n' "$$t" "$$d"; done

run: ## start everything, print the URL and the demo logins (PORT=8010, DEMO=0)
	@$(TASK) run

test: ## all tests (ARGS="tests/leads -k walkin" for some)
	@$(TASK) test $(ARGS)

lint: ## style, types, migrations, deployment checks
	@$(TASK) lint

bench: ## measure, and compare with benchmarks/README.md (ARGS=...)
	@$(TASK) bench $(ARGS)

demo: ## load demo data (SIZE=1000000 for a million customers)
	@$(TASK) demo $(if $(SIZE),--size $(SIZE)) $(ARGS)

shell: ## a Django shell on the data of `make run`
	@$(TASK) shell

manage: ## any manage.py command (ARGS="showmigrations leads")
	@$(TASK) manage $(ARGS)

reset: ## remove all data of `make run`, after a yes (FORCE=1 does not ask)
	@$(TASK) reset

lock: ## resolve the requirements again (ARGS=--upgrade for newer versions)
	@$(TASK) lock $(ARGS)
