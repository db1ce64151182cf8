package pipeline

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"firedrill/pipeline/content"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/images"
)

// loaded is what was read before anything was done.
type loaded struct {
	content *content.Content
	specs   images.Specs
	pins    images.Pins
	drills  []drill.Drill
	rules   []drill.Rule
}

// load reads and checks all configuration, so that nobody waits for a cluster
// to learn of a typo.
func load(o Options) (l loaded, err error) {
	if err := o.check(); err != nil {
		return l, err
	}
	l.content, err = content.Load(o.Content)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return l, fmt.Errorf("%w; go to the folder where it is, or name it with --content FILE", err)
	case err != nil:
		return l, err
	}
	var errs [4]error
	l.specs, errs[0] = images.Load(l.content.Images)
	l.rules, errs[1] = drill.Rules(l.content.Rules...)
	if l.content.Smoketests != "" {
		l.drills, errs[2] = drill.Load(l.content.Smoketests)
	}
	if o.Pins != "" {
		l.pins, errs[3] = images.LoadPins(o.Pins)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return l, err
	}
	if err := drill.Validate(l.drills, l.rules); err != nil {
		return l, err
	}
	if l.content.Grafana == nil {
		if err := drill.WithoutGrafana(l.drills); err != nil {
			return l, err
		}
	}
	err = l.choose(o.Drills)
	return l, err
}

// choose keeps the named drills, in the order of the names.
func (l *loaded) choose(names []string) error {
	if len(names) == 0 {
		return nil
	}
	var chosen []drill.Drill
	var errs []error
	for _, name := range names {
		i := slices.IndexFunc(l.drills, func(d drill.Drill) bool { return d.Name == name })
		if i < 0 {
			errs = append(errs, fmt.Errorf("no drill %q in %s: `firedrill drill --list` shows those there are", name, l.content.Smoketests))
			continue
		}
		chosen = append(chosen, l.drills[i])
	}
	l.drills = chosen
	return errors.Join(errs...)
}
