package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// kubeletTimeout is for asking a node that is not ready why.
const kubeletTimeout = 10 * time.Second

// withKubelet adds to the error of a node what its kubelet complained of last.
// The caller's deadline may have passed.
func (c *Cluster) withKubelet(ctx context.Context, node string, err error) error {
	if err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), kubeletTimeout)
	defer cancel()
	journal, journalErr := c.Exec(ctx, node, "journalctl", "--unit", "kubelet", "--output", "cat", "--no-pager", "--lines", "300")
	if journalErr != nil {
		return fmt.Errorf("%w; its kubelet cannot be asked why: %w", err, journalErr)
	}
	if said := lastComplaint(journal); said != "" {
		return fmt.Errorf("%w; its kubelet said last: %s", err, said)
	}
	return err
}

// lastComplaint is the last error in a kubelet's journal. One that is started
// again and again says why at the end of a life, so the present one does not count.
func lastComplaint(journal string) string {
	if i := strings.LastIndex(journal, "Main process exited"); i >= 0 {
		journal = journal[:i]
	}
	i := strings.LastIndex("\n"+journal, "\nE")
	if i < 0 {
		return ""
	}
	line, _, _ := strings.Cut(journal[i:], "\n")
	_, said, found := strings.Cut(line, "] ")
	if !found {
		return line
	}
	return said
}
