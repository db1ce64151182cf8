package pipeline

import (
	"context"
	"fmt"
	"strings"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/command"
	"firedrill/pipeline/runs"
)

// findCluster picks the cluster that a command works on: the user's, the named
// run's, or that of the only run there is.
func (s *state) findCluster(ctx context.Context) error {
	if s.options.Kubeconfig != "" {
		name := s.options.Name
		if name == "" {
			name = "existing-cluster"
		}
		s.run = &runs.Run{Name: name}
		return nil
	}
	all, err := s.options.runs().List()
	if err != nil {
		return err
	}
	var names []string
	for _, run := range all {
		if run.Name == s.options.Name || s.options.Name == "" && run.Kept() {
			s.run = run
			names = append(names, run.Name)
		}
	}
	switch {
	case len(names) == 1:
		return s.reach(ctx)
	case len(names) > 1:
		return fmt.Errorf("several runs were kept: choose one with --name: %s", strings.Join(names, ", "))
	case s.options.Name != "":
		return fmt.Errorf("no run %q: `firedrill up --name %s` creates it", s.options.Name, s.options.Name)
	}
	return fmt.Errorf("no cluster: create one with `firedrill up`, or name one with --kubeconfig FILE")
}

// reach makes the run's cluster answer here, wherever its nodes are.
func (s *state) reach(ctx context.Context) error {
	return cluster.Reach(ctx, command.OS{}, cluster.Engine{Name: s.run.Engine()}, s.run.Name, s.run.Kubeconfig())
}
