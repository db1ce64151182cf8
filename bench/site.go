package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"firedrill/pipeline"
	"firedrill/pipeline/cluster"
	"firedrill/pipeline/command"
	"firedrill/pipeline/content"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/runs"
)

// oursSuffix tells the clusters of firedrill's runs from the plain way's.
const oursSuffix = "-ours"

// cleanUpTimeout bounds what is removed after the runs.
const cleanUpTimeout = 3 * time.Minute

// site is what both ways work with.
type site struct {
	options  options
	content  *content.Content
	runner   command.Runner
	machine  *machine.Machine
	programs string // folder of kind, helm and kubectl
	// run is registered like one of firedrill's, so that what a killed bench
	// has left is removed by the next run or `firedrill down --all`.
	run       *runs.Run
	nodeImage string
	leftOut   []LeftOut
}

// open finds out what there is to work with, and registers a run.
func open(ctx context.Context, o options) (*site, error) {
	s := &site{options: o, runner: command.OS{}}
	_, err := os.Stat(o.firedrill)
	if err != nil {
		return nil, fmt.Errorf("find the program to measure (`make bench` builds it): %w", err)
	}
	if s.content, err = content.Load(ctx, o.content, pipeline.Charts(o.cache)); err != nil {
		return nil, err
	}
	if s.programs, err = buildTools(ctx, s.runner, o, s.content.Dir); err != nil {
		return nil, err
	}
	s.machine, err = machine.Inspect(ctx, machine.Options{
		Engine: "auto", Images: "source", ConfigDir: filepath.Join(o.cache, "engine"), CacheDir: o.cache,
	}, nil)
	if err != nil {
		return nil, err
	}
	if err := s.machine.Ready(); err != nil {
		return nil, err
	}
	all := runs.Folders(filepath.Join(o.cache, "runs"))
	s.run, err = all.New("bench-" + strings.ToLower(rand.Text()[:6]))
	return s, err
}

func (s *site) engine() cluster.Engine {
	return cluster.Engine{Name: s.machine.Engine.Name, Env: s.machine.Engine.Env}
}

// createNetwork makes the network for the plain way's cluster. kind would make
// one that it never removes.
func (s *site) createNetwork(ctx context.Context) error {
	name := s.run.Name
	_, err := s.runner.Run(ctx, command.Command{
		Argv: []string{s.engine().Name, "network", "create", "--driver", "bridge", "--label", runs.Label + "=" + name, name},
		Env:  s.engine().Env,
	})
	if err != nil {
		return fmt.Errorf("create a network for the plain way's cluster: %w", err)
	}
	return nil
}

// close removes what the runs of either way may have left.
func (s *site) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTimeout)
	defer cancel()
	var errs []error
	for _, name := range []string{s.run.Name, s.run.Name + oursSuffix} {
		errs = append(errs, cluster.Delete(ctx, s.runner, s.engine(), runs.Label, name))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("clean up (`firedrill down --all` tries again): %w", err)
	}
	return s.run.Remove()
}
