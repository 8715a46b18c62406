# What a person runs. Everything that is needed and can be installed, these targets install.
.DEFAULT_GOAL := help
SHELL := /bin/bash -euo pipefail

LINT := bin/golangci-lint

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: bin/parley ## everything on this machine: emulators, TURN, function, web app
	bin/parley run

.PHONY: test
test: check test-go test-web test-emulator test-official ## everything that CI runs
	@tools/namespaces.sh say

.PHONY: check
check: $(LINT) web/node_modules/.stamp emulator-tests/node_modules/.stamp ## format, lint, vet, import direction, dependencies
	$(LINT) run --allow-parallel-runners ./...
	go vet ./...
	go mod tidy -diff
	go test ./internal/archtest
	npm --prefix web run --silent lint
	npm --prefix emulator-tests run --silent lint

.PHONY: test-go
test-go: bin/parley bin/middle ## Go tests, with the race detector
	@tools/namespaces.sh
	go test -race ./...

.PHONY: test-web
test-web: web/node_modules/.stamp ## the web app's unit tests
	npm --prefix web test --silent

.PHONY: test-emulator
test-emulator: bin/parley bin/liar bin/middle web/dist/.stamp emulator-tests/node_modules/.stamp ## rules, Auth, contract and browsers, on Parley's own emulator
	@tools/namespaces.sh
	CHROMIUM_PATH="$$(tools/chromium.sh)" npm --prefix emulator-tests test --silent

.PHONY: test-official
# The dump listens to all collections at once, which the official emulator does not answer: test-go runs it on our own.
test-official: bin/parley bin/liar web/dist/.stamp emulator-tests/node_modules/.stamp ## the part of it that CI runs on the official one
	export PARLEY_FIRESTORE=official CHROMIUM_PATH="$$(tools/chromium.sh)"; \
		go test -count=1 -skip TestDumpOfTheStore ./emulator-tests ./signaling/firestorestore ./functions ./peer/site; \
		npm --prefix emulator-tests run --silent test:official

SOAK ?= 10m
.PHONY: soak
soak: ## the emulator's isolation, and random operations at both emulators, for SOAK=10m each
	go test -race -count=1 -timeout 0 -v -run TestStrictlySerializable ./emulator/internal/isolation -soak $(SOAK)
	go test -race -count=1 -timeout 0 -v -run TestDifferential ./emulator/internal/differential -soak $(SOAK)

.PHONY: test-long
test-long: bin/parley bin/liar web/dist/.stamp emulator-tests/node_modules/.stamp ## two browsers and fifty Go peers in one room, through the app
	CHROMIUM_PATH="$$(tools/chromium.sh)" npm --prefix emulator-tests run --silent test:long

.PHONY: fuzz
fuzz: ## a minute of fuzzing for each parser
	@for d in $$(git grep -l 'func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -ho 'func Fuzz[A-Za-z]*' $$d/*_test.go | cut -c6-); do \
			go test -run '^$$' -fuzz "^$$f$$" -fuzztime 60s ./$$d; done; done

.PHONY: bench
bench: bin/parley web/dist/.stamp emulator-tests/node_modules/.stamp ## the figures of docs/evaluation.md
	export CHROMIUM_PATH="$$(tools/chromium.sh)"; bin/parley bench all

.PHONY: evaluation
evaluation: bin/parley web/dist/.stamp emulator-tests/node_modules/.stamp ## measure again and write docs/evaluation.md
	CHROMIUM_PATH="$$(tools/chromium.sh)" bin/parley bench --write docs/evaluation.md all

.PHONY: clean
clean: ## remove what the targets made
	rm -rf bin web/dist web/node_modules emulator-tests/node_modules

.PHONY: bin/parley
bin/parley:
	go build -o $@ ./cmd/parley

.PHONY: bin/liar
bin/liar:
	go build -o $@ ./emulator-tests/hostile/liar

.PHONY: bin/middle
bin/middle: # on Linux alone there is something in it
	[ "$$(go env GOOS)" != linux ] || go build -o $@ ./emulator-tests/namespaces/middle

# The linter is a module of its own, so that its dependencies are not the project's.
$(LINT): tools/go.mod tools/go.sum
	go -C tools build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

%/node_modules/.stamp: %/package.json %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund
	touch $@

web/dist/.stamp: web/node_modules/.stamp $(shell find web/src web/bundle web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	npm --prefix web run --silent build
	touch $@
