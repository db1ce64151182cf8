package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"firedrill/pipeline/server"
)

// plain runs plain.sh once.
func (s *site) plain(ctx context.Context, dir string) (Run, error) {
	network := s.run.Name
	out, seconds, err := program{
		argv: []string{s.options.script},
		env: slices.Concat(s.machine.Engine.Env, []string{
			"PATH=" + s.programs + string(os.PathListSeparator) + os.Getenv("PATH"),
			"KIND_EXPERIMENTAL_DOCKER_NETWORK=" + network, "KIND_EXPERIMENTAL_PODMAN_NETWORK=" + network,
			"CLUSTER=" + s.run.Name, "NODE_IMAGE=" + s.nodeImage, "KUBECONFIG=" + s.run.Kubeconfig(), "WORK=" + s.work(),
			"PROMETHEUS=" + apiPath(s.content.Endpoints.Prometheus), "INBOX=" + apiPath(s.content.Endpoints.Inbox),
		}),
		dir: s.content.Dir,
		log: filepath.Join(dir, "log"),
	}.run(ctx)
	if err != nil {
		return Run{}, err
	}
	run, err := parsePlain(out)
	run.Seconds = seconds
	return run, err
}

// apiPath is the path in the Kubernetes API that leads to a server.
func apiPath(e server.Endpoint) string {
	return fmt.Sprintf("/api/v1/namespaces/%s/services/%s/proxy", e.Namespace, e.Proxied(e.Service, e.Port))
}

// parsePlain reads the lines that plain.sh prints: STEP PART SECONDS. A step
// takes as long as its parts together, for they come one after the other.
func parsePlain(out string) (Run, error) {
	var run Run
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return Run{}, fmt.Errorf("plain.sh printed %q: wanted STEP PART SECONDS", line)
		}
		step, name := fields[0], fields[1]
		seconds, err := strconv.ParseFloat(fields[2], 64)
		if err != nil {
			return Run{}, fmt.Errorf("plain.sh printed %q: %w", line, err)
		}
		if step == "latency" {
			run.Latencies = append(run.Latencies, Part{Name: name, Seconds: seconds})
			continue
		}
		run.Parts = append(run.Parts, Part{Name: step + "/" + name, Seconds: seconds})
		if last := len(run.Steps) - 1; last >= 0 && run.Steps[last].Name == step {
			run.Steps[last].Seconds += seconds
		} else {
			run.Steps = append(run.Steps, Part{Name: step, Seconds: seconds})
		}
	}
	return run, nil
}
