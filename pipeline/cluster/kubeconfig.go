package cluster

import (
	"fmt"
)

// MergeKubeconfig adds the cluster to the user's own kubeconfig and makes it
// the current context. It is called only when the user asks for it.
func (c *Cluster) MergeKubeconfig() error {
	provider, err := c.engine.provider(c.Name, func(string) {})
	if err != nil {
		return err
	}
	if err := provider.ExportKubeConfig(c.Name, "", false); err != nil {
		return fmt.Errorf("add cluster %s to your kubeconfig: %w", c.Name, err)
	}
	return nil
}

// UnmergeKubeconfig takes the cluster out of the user's kubeconfig again.
func UnmergeKubeconfig(eng Engine, name string) error {
	provider, err := engine{Engine: eng}.provider(name, func(string) {})
	if err != nil {
		return err
	}
	// kind takes the entry out as the last part of deleting a cluster; that
	// the nodes are gone already does not keep it from doing so.
	if err := provider.Delete(name, ""); err != nil {
		return fmt.Errorf("take cluster %s out of your kubeconfig: %w", name, err)
	}
	return nil
}
