// Command basespec prints the OCI runtime spec that a node's containerd starts
// from: containerd's own default, with two changes that a node inside a
// container needs.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/containerd/containerd/v2/core/containers"
	"github.com/containerd/containerd/v2/pkg/namespaces"
	"github.com/containerd/containerd/v2/pkg/oci"
	"github.com/opencontainers/runtime-spec/specs-go"
)

func main() {
	if err := print(); err != nil {
		fmt.Fprintln(os.Stderr, "basespec:", err)
		os.Exit(1)
	}
}

func print() error {
	ctx := namespaces.WithNamespace(context.Background(), "k8s.io")
	spec, err := oci.GenerateSpec(ctx, nil, &containers.Container{})
	if err != nil {
		return fmt.Errorf("generate containerd's default spec: %w", err)
	}
	// A container takes the limits of its node: setting them again fails where
	// the machine lacks CAP_SYS_RESOURCE.
	spec.Process.Rlimits = nil
	// kind gives each node a product name and UUID of its own; this hook, a
	// file of kind's node image, hands them on to the pods.
	spec.Hooks = &specs.Hooks{CreateContainer: []specs.Hook{{Path: "/kind/bin/mount-product-files.sh"}}}
	// The cgroup path of this process means nothing on the node.
	spec.Linux.CgroupsPath = ""
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(spec)
}
