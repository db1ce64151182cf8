package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy/modulechart"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/images"
	"firedrill/pipeline/rules"
)

// loaded is what was read before anything was done.
type loaded struct {
	content *content.Content
	specs   images.Specs
	pins    images.Pins
	drills  []drill.Drill
	rules   []drill.Rule
	// coverage is the share of the rules that drills must prove.
	coverage rules.CoveragePolicy
	// absent are the metrics that rules read and that may be missing.
	absent rules.Policy
}

// load reads and checks all configuration, so that nobody waits for a cluster
// to learn of a typo.
func load(ctx context.Context, o Options) (l loaded, err error) {
	if err := o.check(); err != nil {
		return l, err
	}
	if l.content, err = o.loadContent(ctx); err != nil {
		return l, err
	}
	var errs [5]error
	l.specs, errs[0] = images.Load(l.content.Images)
	l.rules, errs[1] = drill.Rules(l.content.Rules)
	if l.content.Smoketests != "" {
		l.drills, errs[2] = drill.Load(l.content.Smoketests)
	}
	if o.Pins != "" {
		l.pins, errs[3] = images.LoadPins(o.Pins)
	}
	errs[4] = checkDashboards(l.content)
	if err := errors.Join(errs[:]...); err != nil {
		return l, err
	}
	if err := drill.Validate(l.drills, l.rules); err != nil {
		return l, err
	}
	if l.coverage, err = loadCoverage(l.content, l.rules); err != nil {
		return l, err
	}
	if l.absent, err = rules.LoadPolicy(policyFile(l.content, rulesPolicy), l.rules); err != nil {
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

// fetchTime bounds how long the modules of charts may take to come.
const fetchTime = 5 * time.Minute

// Charts lays out the charts that lie in Go modules, out of the image builder's
// module cache.
func Charts(cache string) modulechart.Layer {
	return modulechart.Layer{Modules: images.Open(cache).Modules(), Cache: filepath.Join(cache, "charts")}
}

// loadContent reads firedrill.yaml.
func (o Options) loadContent(ctx context.Context) (*content.Content, error) {
	// A module may have to be downloaded.
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	c, err := content.Load(ctx, o.Content, Charts(o.Cache))
	if errors.Is(err, os.ErrNotExist) {
		err = fmt.Errorf("%w; go to the folder where it is, or name it with --content FILE", err)
	}
	return c, err
}

// checkDashboards reads the dashboards and the list of those of their panels
// that may be empty. What only Grafana knows, the import finds.
func checkDashboards(c *content.Content) error {
	if c.Dashboards == "" {
		return nil
	}
	_, err := readPanels(c.Dashboards, panelPolicy(c))
	return err
}

func loadCoverage(c *content.Content, shipped []drill.Rule) (rules.CoveragePolicy, error) {
	if c.Policies == "" {
		return rules.CoveragePolicy{}, nil
	}
	return rules.LoadCoverage(filepath.Join(c.Policies, "coverage.yaml"), shipped)
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
