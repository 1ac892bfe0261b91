PEERS := .build-peers
# What a room imports it must have declared.
CHECKED := --explicit-target-dependency-import-check error
export FLEETAUDIT_PEERS := $(CURDIR)/$(PEERS)

.PHONY: help audit build test format lint fuzz bench clean

help:
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10

audit: build ## audit the lab fleet on this machine, and write its reports
	@Inventory/lab/audit .build/release/fleetaudit

build: ## install what is missing, build in release mode
	@.ci/packages build
	swift build -c release --product fleetaudit $(CHECKED)

test: ## install what is missing, run every test
	@.ci/packages test
	@Tests/Peers/setup $(PEERS)
	swift build --build-tests $(CHECKED)
	@Tests/run

format: ## lay out the sources
	swift format -i -r -p Package.swift Sources Tests Benchmarks

lint: ## check format and style
	swift format lint -r -p --strict Package.swift Sources Tests Benchmarks

fuzz: ## fuzz the readers, a minute each
	@Tests/Fuzz/run 60

clean: ## remove what was built; reports stay
	rm -rf .build .build-*
