package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"firedrill/pipeline/command"
)

// deleteTimeout bounds Delete; removing three nodes takes some ten seconds.
const deleteTimeout = 2 * time.Minute

// deleteRounds is how often Delete looks again: an engine's client that was
// started by a killed run may still be making a container.
const deleteRounds = 5

// Delete removes what a run left in the engine: containers, volumes and the
// network, found by their labels. That nothing is there is not an error.
//
// Containers and volumes carry kind's labels only, as somebody else's of the
// same name would. The network is the first thing that a run makes, the last
// that is removed, and it bears the run's own label: without it nothing here
// is the run's.
func Delete(ctx context.Context, runner command.Runner, eng Engine, label, name string) error {
	ctx, cancel := context.WithTimeout(ctx, deleteTimeout)
	defer cancel()
	e := engine{Engine: eng, runner: runner}
	networks, err := e.networks(ctx, label, name)
	if err != nil {
		return fmt.Errorf("delete cluster %s: %w", name, err)
	}
	if len(networks) == 0 {
		return nil
	}
	for range deleteRounds {
		var found int
		if found, err = e.deleteOnce(ctx, label, name); err == nil && found == 0 {
			return nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("delete cluster %s: %w", name, err)
	}
	return fmt.Errorf("delete cluster %s: it keeps coming back: is another process creating it?", name)
}

// Left gives the names of the runs that have something in the engine, sorted.
// label is a key, or KEY=VALUE.
func Left(ctx context.Context, runner command.Runner, eng Engine, label string) ([]string, error) {
	e := engine{Engine: eng, runner: runner}
	names, err := e.lines(ctx, "network", "ls", "--filter", "label="+label, "--format", "{{.Name}}")
	if err != nil {
		return nil, fmt.Errorf("look for networks labelled %s: %w", label, err)
	}
	slices.Sort(names)
	return names, nil
}

func (e engine) deleteOnce(ctx context.Context, label, name string) (found int, err error) {
	containers, err := e.lines(ctx, "ps", "--all", "--quiet", "--filter", "label="+kindLabel+"="+name)
	if err != nil {
		return 0, err
	}
	if len(containers) > 0 {
		e.unpause(ctx, name)
		// Podman's rm would first wait ten seconds for systemd, which does not
		// stop. One that cannot be killed does not run: rm has the last word.
		_, _ = e.run(ctx, append([]string{"kill"}, containers...)...)
		_, err = e.run(ctx, append([]string{"rm", "--force", "--volumes"}, containers...)...)
	}
	volumes, volumesErr := e.deleteVolumes(ctx, label, name)
	if err := errors.Join(err, volumesErr); err != nil {
		return len(containers) + volumes, err // the network stays: it says whose the rest is
	}
	networks, err := e.networks(ctx, label, name)
	if err == nil && len(networks) > 0 {
		_, err = e.run(ctx, append([]string{"network", "rm"}, networks...)...)
	}
	return len(containers) + volumes + len(networks), err
}

// unpause lets those nodes go on that a killed drill has paused: a paused one
// does not hear that it is killed. One that cannot be unpaused is for rm to
// complain of.
func (e engine) unpause(ctx context.Context, name string) {
	paused, _ := e.lines(ctx, "ps", "--quiet", "--filter", "label="+kindLabel+"="+name, "--filter", "status=paused")
	if len(paused) > 0 {
		_, _ = e.run(ctx, append([]string{"unpause"}, paused...)...)
	}
}

// deleteVolumes removes the volumes that do not go with a container.
func (e engine) deleteVolumes(ctx context.Context, label, name string) (int, error) {
	mine, err := e.volumes(ctx, label, name)
	if err != nil || len(mine) == 0 {
		return 0, err
	}
	_, err = e.run(ctx, append([]string{"volume", "rm", "--force"}, mine...)...)
	return len(mine), err
}

// volumes are the run's own on a Docker elsewhere, and those that kind makes for
// nodes on Podman. kind labels each with its node's name as the key.
func (e engine) volumes(ctx context.Context, label, name string) ([]string, error) {
	if e.Elsewhere() {
		return e.lines(ctx, "volume", "ls", "--quiet", "--filter", "label="+label+"="+name)
	}
	if e.Name != "podman" {
		return nil, nil
	}
	lines, err := e.run(ctx, "volume", "ls", "--format", "{{.Name}} {{.Labels}}")
	if err != nil {
		return nil, err
	}
	var mine []string
	for line := range strings.Lines(lines) {
		volume, labels, _ := strings.Cut(strings.TrimSpace(line), " ")
		if hasNodeLabel(labels, name) {
			mine = append(mine, volume)
		}
	}
	return mine, nil
}

// hasNodeLabel tells whether labels, as Podman prints them, hold the name of a
// node of the cluster: kind calls them NAME-control-plane, NAME-worker,
// NAME-worker2 …
func hasNodeLabel(labels, name string) bool {
	labels = strings.TrimSuffix(strings.TrimPrefix(labels, "map["), "]")
	for label := range strings.FieldsFuncSeq(labels, func(r rune) bool { return r == ',' || r == ' ' }) {
		key, _, _ := strings.Cut(strings.ReplaceAll(label, ":", "="), "=")
		if key == name+"-control-plane" || strings.HasPrefix(key, name+"-worker") {
			return true
		}
	}
	return false
}

// networks gives the run's own network, if it is there.
func (e engine) networks(ctx context.Context, label, name string) ([]string, error) {
	return e.lines(ctx, "network", "ls", "--quiet", "--filter", "label="+label+"="+name)
}
