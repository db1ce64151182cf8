package main

import (
	"context"

	"dagger/firedrill/internal/dagger"
	"dagger/firedrill/plan"
)

// Check every chart with every values file, and every manifest in the source.
//
// +check
// +cache="never"
func (m *Firedrill) ScanManifests(
	ctx context.Context,
	// Return the report of a scan that failed too, and let the call succeed.
	// +optional
	keepGoing bool,
) (*Run, error) {
	o := m.named()
	return m.run(ctx, ask{o, "scan-manifests", plan.Prepared(o, plan.ScanManifests(o)), nil, keepGoing})
}

// List what is in the images, and look for secrets and vulnerabilities; the report has the lists in sbom.
//
// +cache="never"
func (m *Firedrill) ScanImages(
	ctx context.Context,
	// Folder with a database of vulnerabilities of Trivy's (db/trivy.db).
	// +optional
	vulnDb *dagger.Directory,
	// Return the report of a scan that failed too, and let the call succeed.
	// +optional
	keepGoing bool,
) (*Run, error) {
	o := m.named()
	knowing := func(c *dagger.Container) *dagger.Container {
		if vulnDb == nil {
			return c
		}
		return c.WithMountedDirectory(plan.PathOf("vuln-db"), vulnDb)
	}
	return m.run(ctx, ask{o, "scan-images", plan.Prepared(o, plan.ScanImages(o, vulnDb != nil)), []dagger.WithContainerFunc{knowing}, keepGoing})
}

// Check the cluster of --kubeconfig, or one made for that and removed again, by NSA, MITRE and CIS.
//
// +cache="never"
func (m *Firedrill) ScanCluster(
	ctx context.Context,
	// Number of nodes of a cluster made for that.
	// +optional
	nodes int,
	// Return the report of a scan that failed too, and let the call succeed.
	// +optional
	keepGoing bool,
) (*Run, error) {
	o := m.named()
	return m.run(ctx, ask{o, "scan-cluster", plan.Standing(o, plan.Cluster{Nodes: nodes}, plan.ScanCluster(o)), nil, keepGoing})
}
