package cluster

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
)

// Image is an image that the nodes should have.
type Image struct {
	Name   string // as charts name it
	Digest string // of its manifest
	// Everywhere: pods of it run on reserved nodes too.
	Everywhere bool
}

// Archive writes the named images as one OCI archive.
type Archive func(w io.Writer, names []string) error

// Load gives each node the images that it lacks, in one stream a node, all
// nodes at the same time. Reserved nodes get only what runs there.
func (c *Cluster) Load(ctx context.Context, images []Image, archive Archive, sink event.Sink) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, node := range c.Nodes {
		wanted := images
		if slices.Contains(c.Reserved, node) {
			wanted = slices.DeleteFunc(slices.Clone(images), func(i Image) bool { return !i.Everywhere })
		}
		group.Go(func() error {
			task := sink.Start("images into " + node)
			return task.End(c.loadNode(ctx, node, wanted, archive, task.Progress), nil)
		})
	}
	return group.Wait()
}

func (c *Cluster) loadNode(ctx context.Context, node string, images []Image, archive Archive, progress func(string)) error {
	table, err := c.engine.run(ctx, "exec", node, "ctr", "--namespace=k8s.io", "images", "list")
	if err != nil {
		return fmt.Errorf("list the images of node %s: %w", node, err)
	}
	names := lacking(images, table)
	if len(names) == 0 {
		progress("node has every image")
		return nil
	}
	progress(fmt.Sprintf("loading %d of %d images", len(names), len(images)))
	// --local: through containerd's transfer service it takes twice as long.
	err = c.engine.feed(ctx, func(w io.Writer) error { return archive(w, names) },
		"exec", "--interactive", node, "ctr", "--namespace=k8s.io", "images", "import", "--local", "--all-platforms", "-")
	if err != nil {
		return fmt.Errorf("load %s into node %s: %w", strings.Join(names, ", "), node, err)
	}
	return nil
}

// lacking gives the names of the images that are not in table, the output of
// `ctr images list`: name, type and digest are its first three columns.
func lacking(images []Image, table string) []string {
	have := map[string]string{}
	for line := range strings.Lines(table) {
		if columns := strings.Fields(line); len(columns) >= 3 {
			have[columns[0]] = columns[2]
		}
	}
	var names []string
	for _, image := range images {
		if have[image.Name] != image.Digest {
			names = append(names, image.Name)
		}
	}
	return names
}

// Open describes a cluster that an earlier process created.
func Open(ctx context.Context, runner command.Runner, eng Engine, name, kubeconfig string) (*Cluster, error) {
	e := engine{Engine: eng, runner: runner}
	nodes, err := e.nodes(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("look for the nodes of cluster %s: %w", name, err)
	}
	if len(nodes) == 0 {
		return nil, fmt.Errorf("cluster %s has no nodes in %s: create it with `firedrill up --name %s`", name, eng.Name, name)
	}
	return &Cluster{Name: name, Kubeconfig: kubeconfig, Nodes: nodes, engine: e}, nil
}
