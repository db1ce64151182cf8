# firedrill: `make deploy-and-test` does the whole job, `make test` tests it.
# Everything that is built for images, and the tools below, is kept in CACHE. Both its
# path and the checkout's may have spaces: no target is named by either.

CACHE ?= $(or $(FIREDRILL_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/firedrill)
FIREDRILL := bin/firedrill
TOOLS := $(CACHE)/tools

# The same settings as the image builder's, so that both share one build cache.
IMAGE_GO := GOCACHE="$(CACHE)/go/build" GOMODCACHE="$(CACHE)/go/mod" CGO_ENABLED=0 GOFLAGS= GOWORK=off \
	go build -trimpath -buildvcs=false -mod=readonly -gcflags=all=-dwarf=false -ldflags "-s -w"

# One set of flags for the program, its tests and the linters, so that no package
# is compiled twice.
export CGO_ENABLED := 0
export GOFLAGS := $(strip $(GOFLAGS) -trimpath)

export FIREDRILL_CACHE := $(CACHE)
FIREDRILL_TRIVY := $(TOOLS)/trivy

export FIREDRILL_PROMTOOL := $(TOOLS)/promtool
export FIREDRILL_AMTOOL := $(TOOLS)/amtool
export FIREDRILL_LOKI := $(TOOLS)/loki
export FIREDRILL_OTELCOL := $(TOOLS)/otelcol

.PHONY: help
help: ## show the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.PHONY: deploy-and-test
deploy-and-test: $(FIREDRILL) ## from an empty machine to proven alarms, and back
	$(FIREDRILL) doctor --fix
	$(FIREDRILL) deploy-and-test

# Phony, because go itself knows best what has changed.
.PHONY: $(FIREDRILL)
$(FIREDRILL):
	go build -o $@ ./cmd/firedrill

.PHONY: test
test: unit-test e2e-test ## unit-test and e2e-test

.PHONY: unit-test
unit-test: checkers ## tests that need no cluster
	go test -timeout 30m ./...

.PHONY: e2e-test
e2e-test: $(FIREDRILL) ## tests on real clusters: killed runs leave nothing, several nodes, hardening, TLS, replicas die, the loop of dashboards
	$(FIREDRILL) doctor --fix
	$(FIREDRILL) images build
	FIREDRILL_BINARY="$(CURDIR)/$(FIREDRILL)" go test -tags e2e -count 1 -timeout 150m ./e2e

.PHONY: ha-test
ha-test: $(FIREDRILL) ## two Prometheus, three Alertmanagers: one of each ends while an alarm fires, or is gone when one begins
	$(FIREDRILL) doctor --fix
	$(FIREDRILL) images build
	FIREDRILL_BINARY="$(CURDIR)/$(FIREDRILL)" go test -tags e2e -count 1 -timeout 30m -run TestNothingIsLostOrDoubled ./e2e

.PHONY: mutants
mutants: $(FIREDRILL) promtool ## mistakes in a rule that its unit tests would not notice; mutation-test asks the drills too
	$(FIREDRILL) rules mutate --tests

# The cluster goes whatever becomes of the mutants, also after Ctrl-C.
.PHONY: mutation-test
mutation-test: $(FIREDRILL) promtool ## the same, and the drills judge too: makes a cluster and holds every drill, half an hour and the whole machine
	$(FIREDRILL) doctor --fix
	trap '$(FIREDRILL) down --name mutation-test || exit 1' EXIT; trap 'exit 130' INT TERM; \
	$(FIREDRILL) up --name mutation-test && $(FIREDRILL) deploy --name mutation-test && $(FIREDRILL) rules mutate --name mutation-test

# Takes ten minutes the first time: Trivy is compiled.
.PHONY: scan-test
scan-test: ## scanners find every weakness that was planted
	cd images/trivy && GOEXPERIMENT=jsonv2 $(IMAGE_GO) -o "$(FIREDRILL_TRIVY)" github.com/aquasecurity/trivy/cmd/trivy
	FIREDRILL_TRIVY="$(FIREDRILL_TRIVY)" go test -count 1 -timeout 10m -v -run Planted ./pipeline/scan/trivy

# The servers' own checkers of their configuration, from the modules that pin
# the servers.
.PHONY: checkers promtool amtool loki otelcol
checkers: promtool amtool loki otelcol
promtool:
	cd images/prometheus && $(IMAGE_GO) -o "$(FIREDRILL_PROMTOOL)" github.com/prometheus/prometheus/cmd/promtool
amtool:
	cd images/alertmanager && $(IMAGE_GO) -o "$(FIREDRILL_AMTOOL)" github.com/prometheus/alertmanager/cmd/amtool
loki:
	cd images/loki && $(IMAGE_GO) -o "$(FIREDRILL_LOKI)" github.com/grafana/loki/v3/cmd/loki
otelcol:
	cd images/otel-collector && $(IMAGE_GO) -o "$(FIREDRILL_OTELCOL)" .

.PHONY: lint
lint: ## golangci-lint and actionlint, their versions pinned in tools/go.mod
	cd tools && go build -o "$(TOOLS)/" tool
	"$(TOOLS)/golangci-lint" run
	"$(TOOLS)/actionlint" .github/workflows/*.yml

.PHONY: jenkins-check
jenkins-check: ## the Jenkinsfile's syntax, by Debian's groovy
	@command -v groovy >/dev/null || { echo "groovy is missing: apt-get install groovy default-jre-headless"; exit 1; }
	groovy ci/parse.groovy Jenkinsfile

.PHONY: golden
golden: checkers ## write the golden files and schemas again
	go test $$(grep -rl --include='*_test.go' '"firedrill/internal/golden"' . | xargs -n1 dirname | sort -u) -update

.PHONY: bench
bench: $(FIREDRILL) ## a warm run, step by step, against a plain script of kind, helm and kubectl
	go run ./bench

# An engine that is not there yet is pulled, which takes a while.
.PHONY: dagger-check
dagger-check: ## the Dagger module; with a Dagger CLI and an engine also its functions and build
	cd .dagger && go build -o /dev/null . && go vet ./... && go test ./...
	@if ! command -v dagger >/dev/null || ! timeout 300 dagger core version >/dev/null 2>&1; then \
		echo "no Dagger CLI with an engine here: built, vetted and tested, not called"; \
	else \
		dagger functions && dagger call $(DAGGER_OPTIONS) build; \
	fi
