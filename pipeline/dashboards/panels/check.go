package panels

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/dashboards"
)

// sideBySide is how many panels are asked at a time.
const sideBySide = 4

// Check asks the queries of every panel. The error names every panel that failed
// or is empty without being allowed to. A panel that is allowed to be empty may
// have data all the same: what has fired or failed lately fills some of them.
func Check(ctx context.Context, o Options) ([]Dashboard, error) {
	o = o.withDefaults()
	if err := o.checkTime(); err != nil {
		return nil, err
	}
	deadline := o.Now().Add(o.Within)
	var all []Dashboard
	var errs []error
	for _, d := range o.Dashboards {
		task := o.Sink.Start(d.Title)
		c := check{o: o, dashboard: d, result: Dashboard{UID: d.UID, Title: d.Title, File: d.File}}
		c.list(d.Content.Panels, "")
		err := c.run(ctx, deadline, task.Progress)
		if ctx.Err() != nil {
			return all, errors.Join(append(errs, task.End(context.Cause(ctx), nil))...)
		}
		all = append(all, c.result)
		errs = append(errs, task.End(errors.Join(err, c.complaints()), c.result))
	}
	return all, errors.Join(errs...)
}

// check asks the panels of one dashboard.
type check struct {
	o         Options
	dashboard dashboards.Dashboard
	// panels are those of the result, as they stand in the file.
	panels []dashboards.Panel
	result Dashboard
}

func asks(p dashboards.Panel) bool { return p.Asks() && len(p.Targets) > 0 }

// list puts the panels into one list, with those inside rows.
func (c *check) list(panels []dashboards.Panel, row string) {
	for _, p := range panels {
		if p.Type == "row" {
			row = p.Title
			c.list(p.Panels, row)
			continue
		}
		c.panels = append(c.panels, p)
		c.result.Panels = append(c.result.Panels, describe(p, row))
	}
}

// run asks until no panel is empty that must not be, or the deadline is over.
func (c *check) run(ctx context.Context, deadline time.Time, progress func(string)) error {
	var ask []int
	for i, p := range c.panels {
		if asks(p) {
			ask = append(ask, i)
		}
	}
	for {
		if err := c.ask(ctx, ask); err != nil {
			return err
		}
		ask = c.empty()
		if len(ask) == 0 || !c.o.Now().Add(c.o.Pause).Before(deadline) {
			return nil
		}
		progress(fmt.Sprintf("%d panels are empty yet", len(ask)))
		select {
		case <-time.After(c.o.Pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (c *check) empty() (indices []int) {
	for i, p := range c.result.Panels {
		if p.Outcome == Empty {
			indices = append(indices, i)
		}
	}
	return indices
}

func (c *check) ask(ctx context.Context, indices []int) error {
	span, err := c.span("")
	if err != nil {
		return fmt.Errorf("%s: %w", c.dashboard.File, err)
	}
	scope := c.scope(ctx, span)
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for _, i := range indices {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
			defer cancel()
			p := &c.result.Panels[i]
			data, err := c.query(ctx, c.panels[i], scope)
			p.Data = data
			p.Outcome, p.Reason = outcome(data, err, scope.unset(c.panels[i]))
			c.allow(p)
			return nil
		})
	}
	return group.Wait()
}

func outcome(data Data, err error, unset string) (Outcome, string) {
	switch {
	case err != nil:
		return Failed, err.Error()
	case data.Samples == 0:
		return Empty, unset
	}
	return WithData, ""
}

// complaints are the panels that show nothing.
func (c *check) complaints() error {
	var errs []error
	for _, p := range c.result.Panels {
		where := fmt.Sprintf("%s: panel %d %q", c.dashboard.File, p.ID, p.Title)
		switch p.Outcome {
		case Failed:
			errs = append(errs, fmt.Errorf("%s: %s", where, p.Reason))
		case Empty:
			because := ""
			if p.Reason != "" {
				because = " (" + p.Reason + ")"
			}
			errs = append(errs, fmt.Errorf("%s has no data%s", where, because))
		}
	}
	return errors.Join(errs...)
}
