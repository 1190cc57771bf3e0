# Restock. `make help` lists what there is; everything is built under build/, libraries lie in .deps/.
.DEFAULT_GOAL := help
SHELL := /bin/bash
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 300
CMAKE_ARGS ?=
SAMPLE ?= sample-data
PREFIX ?= /usr/local
RESTOCK := build/release/bin/restock

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

.PHONY: run
run: build ## Install what is missing, build, make a sample data set and forecast it
	@[ -f $(SAMPLE)/restock.toml ] || $(RESTOCK) generate --out $(SAMPLE) --overwrite
	@$(RESTOCK) run --config $(SAMPLE)/restock.toml || [ $$? = 1 ]  # 1: done, some rows in quarantine

.PHONY: deps
deps: ## Install what is missing (apt, and libraries into .deps/)
	@tools/install_dependencies build

.PHONY: build
build: deps ## Build build/release/bin/restock
	@tools/build release restock

.PHONY: install
install: build ## Install program and libraries under PREFIX (/usr/local)
	@cmake --install build/release --prefix $(PREFIX)

.PHONY: test
test: deps ## Run all embedded tests; the last line is the count
	@tools/build release all
	@tools/run_tests build/release

.PHONY: test-services
test-services: ## Run the tests that need real services (none yet)
	@echo "There are no tests that need services yet."

.PHONY: check
check: ## Format, layers, tidy on changed files, unit tests
	@tools/install_dependencies check
	@tools/check_layers
	@tools/check_format
	@tools/build release all
	@tools/check_tidy build/release
	@tools/run_tests build/release --label unit

.PHONY: format
format: ## Format the C++ sources in place
	@tools/install_dependencies check
	@tools/check_format --fix

.PHONY: bench
bench: deps ## Run the micro-benchmarks
	@tools/build release benches
	@for bench in build/release/bin/restock_*_bench; do [ -x $$bench ] && $$bench || exit 1; done

.PHONY: asan
asan: deps ## Run the tests under the address and undefined-behaviour sanitizers
	@tools/build asan all
	@tools/run_tests build/asan

.PHONY: tsan
tsan: deps ## Run the unit tests under the thread sanitizer
	@tools/build tsan all
	@tools/run_tests build/tsan --label unit

.PHONY: fuzz
fuzz: ## Fuzz the readers, FUZZ_SECONDS (300) each
	@tools/install_dependencies fuzz
	@tools/build fuzz fuzzers
	@tools/run_fuzzers build/fuzz $(FUZZ_SECONDS)

.PHONY: clean
clean: ## Remove build/ (the libraries in .deps/ stay)
	@rm -rf build

export JOBS CMAKE_ARGS
