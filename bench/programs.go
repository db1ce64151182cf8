package main

import (
	"context"
	"fmt"
	"path/filepath"

	"firedrill/pipeline/command"
)

// tool is a program of the plain way, built from a pinned Go module.
type tool struct {
	module   string // folder of the go.mod
	packages []string
	env      []string
}

// tools are what plain.sh calls. kubectl is that of the node image, compiled
// with the settings of the image builder, in whose cache it is therefore.
func (o options) plainTools(contentDir string) []tool {
	return []tool{
		{module: o.tools, packages: []string{"sigs.k8s.io/kind", "helm.sh/helm/v3/cmd/helm"}},
		{
			module:   filepath.Join(contentDir, "images", "node", "kubernetes"),
			packages: []string{"k8s.io/kubernetes/cmd/kubectl"},
			env: []string{
				"GOCACHE=" + filepath.Join(o.cache, "go", "build"),
				"GOMODCACHE=" + filepath.Join(o.cache, "go", "mod"),
			},
		},
	}
}

// buildTools puts the programs into one folder and returns it.
func buildTools(ctx context.Context, runner command.Runner, o options, contentDir string) (string, error) {
	dir := filepath.Join(o.cache, "tools", "bench")
	for _, t := range o.plainTools(contentDir) {
		argv := []string{"go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-gcflags=all=-dwarf=false", "-ldflags", "-s -w", "-o", dir + string(filepath.Separator)}
		_, err := runner.Run(ctx, command.Command{
			Argv: append(argv, t.packages...),
			Env:  append([]string{"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off"}, t.env...),
			Dir:  t.module,
		})
		if err != nil {
			return "", fmt.Errorf("build the plain way's programs: %w", err)
		}
	}
	return dir, nil
}
