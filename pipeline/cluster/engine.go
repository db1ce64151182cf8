package cluster

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"firedrill/pipeline/command"
)

// kindLabel is the key by which kind labels its containers with the cluster's
// name (pkg/cluster/constants of its module keeps it private).
const kindLabel = "io.x-k8s.kind.cluster"

// NodeImage is the image of the nodes and where to get it from.
type NodeImage struct {
	Name string // as kind is told
	// ID is the image's ID in the engine, the digest of its configuration;
	// the engine that has it already is not given it again.
	ID string
	// OwnNetwork: the pod network is containerd's CNI template plus routes,
	// instead of the kindnet of the public image.
	OwnNetwork bool
	// Archive writes the image in `docker save` format.
	Archive func(w io.Writer) error
}

// engine is an Engine that can be called.
type engine struct {
	Engine
	runner command.Runner
}

func (e engine) run(ctx context.Context, args ...string) (string, error) {
	out, err := e.runner.Run(ctx, command.Command{Argv: append([]string{e.Name}, args...), Env: e.Env})
	return strings.TrimSpace(string(out)), err
}

// lines is run for commands that print one thing a line.
func (e engine) lines(ctx context.Context, args ...string) ([]string, error) {
	out, err := e.run(ctx, args...)
	return strings.Fields(out), err
}

// feed runs a command whose input is written by write.
func (e engine) feed(ctx context.Context, write func(io.Writer) error, args ...string) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(write(w)) }()
	defer func() { _ = r.Close() }()
	_, err := e.runner.Run(ctx, command.Command{Argv: append([]string{e.Name}, args...), Env: e.Env, Stdin: r})
	return err
}

// loadNodeImage gives the engine the node image unless it has it.
func (e engine) loadNodeImage(ctx context.Context, image NodeImage, progress func(string)) error {
	id, err := e.run(ctx, "image", "inspect", "--format", "{{.Id}}", image.Name)
	if err == nil && strings.TrimPrefix(id, "sha256:") == strings.TrimPrefix(image.ID, "sha256:") {
		return nil
	}
	progress("loading " + image.Name + " into " + e.Name)
	if err := e.feed(ctx, image.Archive, "load"); err != nil {
		return fmt.Errorf("load node image %s: %w", image.Name, err)
	}
	return nil
}

// nodes gives the names of the cluster's containers, sorted.
func (e engine) nodes(ctx context.Context, name string) ([]string, error) {
	// Only Podman's ps can sort.
	names, err := e.lines(ctx, "ps", "--all", "--filter", "label="+kindLabel+"="+name, "--format", "{{.Names}}")
	slices.Sort(names)
	return names, err
}

func (e engine) createNetwork(ctx context.Context, cfg Config) error {
	_, err := e.run(ctx, "network", "create", "--driver", "bridge",
		"--label", cfg.Label+"="+cfg.Name, "--label", cfg.Owner, cfg.Name)
	if err != nil {
		return fmt.Errorf("create network %s: %w", cfg.Name, err)
	}
	return nil
}

// nodeLogs gives the end of each node's log, to go behind an error.
func (e engine) nodeLogs(ctx context.Context, name string) string {
	var text bytes.Buffer
	names, _ := e.nodes(ctx, name)
	for _, n := range names {
		out, err := e.run(ctx, "exec", n, "journalctl", "--no-pager", "--lines=15", "--priority=warning", "--unit=kubelet", "--unit=containerd", "--unit=preload")
		if err != nil {
			out, _ = e.run(ctx, "logs", "--tail", "15", n)
		}
		fmt.Fprintf(&text, "\n--- last messages of node %s\n%s", n, out)
	}
	return text.String()
}
