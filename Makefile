# Retinue. "make run" starts the demo, "make test" tests everything; "make help" lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Targets are written to be run in order; go and vite use all cores by themselves.
.NOTPARALLEL:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# The version says where a binary comes from. Go's own way to find out fails in work trees of other users.
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false)
GO_BUILD := CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)"
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data/demo

# npm writes this file last, so it tells that an installation is complete, and of which lock file.
CONSOLE_MODULES := console/node_modules/.package-lock.json
E2E_MODULES := e2e/node_modules/.package-lock.json

# Directories are listed too: theirs is the time that changes when a file goes away. Compiled message catalogues
# are made by the build itself.
CONSOLE_SOURCES := $(shell find console/src console/public \! -path 'console/src/locales' \! -path 'console/src/locales/*.js' 2>/dev/null) \
	$(wildcard console/*.html console/*.json console/*.ts console/*.js console/*.cjs console/*.mjs)

## Build and run

.PHONY: build
build: bin/retinue ## Build the console and bin/retinue, which contains it

.PHONY: run
run: build ## Build and run the demo (LISTEN=127.0.0.1:8080 DATA=./data/demo)
	bin/retinue demo --listen $(LISTEN) --data $(DATA)

.PHONY: console
console: console/dist/index.html ## Build the console into console/dist if its sources changed

console/dist/index.html: $(CONSOLE_SOURCES) $(CONSOLE_MODULES)
	npm --prefix console run build
	@touch console/dist/.gitkeep $@

$(CONSOLE_MODULES): console/package-lock.json
	npm --prefix console ci --no-audit --no-fund
	@touch $@

$(E2E_MODULES): e2e/package-lock.json
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix e2e ci --no-audit --no-fund
	@touch $@

# The go command knows best whether anything changed.
.PHONY: FORCE
FORCE:

bin/retinue: console/dist/index.html FORCE
	$(GO_BUILD) -o $@ ./cmd/retinue

# The binary for the browser tests, whose clock they can move.
bin/retinue-e2e: console/dist/index.html FORCE
	$(GO_BUILD) -tags e2etest -o $@ ./cmd/retinue

bin/retinue-bench: FORCE
	$(GO_BUILD) -o $@ ./cmd/retinue-bench

## Test

.PHONY: test
test: ## Test everything: what CI runs
	@scripts/test-all.sh deps build generate-check lint test-go test-console test-e2e promises

.PHONY: deps
deps: ## Install what the tests need: PostgreSQL, Chromium, npm packages
	scripts/install-test-deps.sh
	@$(MAKE) --no-print-directory $(CONSOLE_MODULES) $(E2E_MODULES)

.PHONY: generate
generate: $(CONSOLE_MODULES) ## Generate code: Go, then the console's API types
	go generate ./...
	npm --prefix console run gen:api

.PHONY: generate-check
generate-check: ## Fail if generated files are not what their sources generate
	@scripts/generate-check.sh

.PHONY: lint
lint: ## Lint the Go code
	go tool -modfile=tools/go.mod golangci-lint run

.PHONY: fmt
fmt: ## Format the Go code and let the linters mend what they can
	go tool -modfile=tools/go.mod golangci-lint run --fix

.PHONY: test-go
test-go: ## Vet and test the Go code on SQLite and PostgreSQL
	go vet ./...
	go vet -tags e2etest ./...
	scripts/with-postgres.sh go test -timeout 20m ./...

.PHONY: test-console
test-console: $(CONSOLE_MODULES) ## Lint, type-check and test the console
	npm --prefix console run lint
	npm --prefix console run typecheck
	npm --prefix console test

.PHONY: test-e2e
test-e2e: bin/retinue-e2e $(E2E_MODULES) ## Test the built binary in a browser, on both databases
	RETINUE_BIN=$(CURDIR)/bin/retinue-e2e scripts/with-postgres.sh npm --prefix e2e test

.PHONY: promises
promises: ## List the promises of docs/promises.md that no test names
	@scripts/promises.sh

.PHONY: bench
bench: bin/retinue bin/retinue-bench ## Measure, print a table and keep it in docs/BENCHMARKS.md
	scripts/with-postgres.sh --durable bin/retinue-bench

.PHONY: bench-go
bench-go: ## Measure what is not seen over HTTP; figures are in docs/BENCHMARKS-go.md
	scripts/with-postgres.sh --durable go test -run '^$$' -bench 'Effective|SMTP|Deliver' ./internal/authz ./internal/mail ./internal/mailbox
	scripts/with-postgres.sh --durable go test -run '^$$' -bench 'Invite|Rehearse' -benchtime 1x ./internal/invitations ./internal/policies

## Other

.PHONY: clean
clean: ## Remove what was built and installed here; data stays
	rm -rf bin console/node_modules e2e/node_modules e2e/test-results e2e/.artifacts console/coverage coverage.out
	find console/dist -mindepth 1 \! -name .gitkeep -delete 2>/dev/null || true

.PHONY: help
help: ## List these targets
	@awk 'BEGIN { FS = ":.*## " } \
		/^## / { printf "\n%s\n", substr($$0, 4) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
