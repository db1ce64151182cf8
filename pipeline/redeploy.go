package pipeline

import (
	"context"
	"errors"
	"fmt"

	"firedrill/pipeline/drift"
	"firedrill/pipeline/event"
	"firedrill/pipeline/report"
)

// shownOfDiffs is how many lines of diffs one part shows.
const shownOfDiffs = 200

// takeFirst writes down what stands after the drills: what one did not put back
// shows as drift too.
func (n *night) takeFirst(ctx context.Context, _ event.Sink) (err error) {
	n.first, err = n.take(ctx)
	return err
}

// redeploy does it all again but the proofs. Its parts are items of one step,
// as the steps of their names have been already.
func (n *night) redeploy(ctx context.Context, sink event.Sink) error {
	for _, part := range []step{
		{"teardown", func(ctx context.Context, _ event.Sink) error {
			n.cluster = nil
			return n.deleteCluster(ctx, n.run)
		}},
		{"cluster", n.createCluster},
		{"certificates", n.placeCertificates},
		{"deploy", n.deployReleases},
		{"dashboards", n.importDashboards},
		{"ready", n.awaitLater},
		{"snapshot", func(ctx context.Context, _ event.Sink) (err error) {
			n.second, err = n.take(ctx)
			return err
		}},
	} {
		task := sink.Start(part.name)
		err := part.do(ctx, below(sink, part.name))
		var reason skipped
		if errors.As(err, &reason) {
			task.Skip(string(reason))
			continue
		}
		if err := task.End(err, nil); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// below puts the part before the names of its items.
func below(sink event.Sink, part string) event.Sink {
	return func(e event.Event) {
		e.Item = part + " " + e.Item
		sink(e)
	}
}

// compare tells of every difference, as an item for each part.
func (n *night) compare(_ context.Context, sink event.Sink) error {
	result := report.Drift{Parts: []report.DriftPart{}, Excluded: []report.Exclusion{}}
	for _, e := range n.policy {
		result.Excluded = append(result.Excluded, report.Exclusion(e))
	}
	count := 0
	var errs []error
	for _, p := range drift.Compare(n.first, n.second) {
		part := report.DriftPart{Name: p.Name, Compared: p.Texts, Different: []string{}}
		for _, d := range p.Differences {
			part.Different = append(part.Different, d.Name)
		}
		count += len(p.Differences)
		result.Parts = append(result.Parts, part)
		errs = append(errs, sink.Start(p.Name).End(p.Err(shownOfDiffs), nil))
	}
	n.differences, n.result = &count, result
	return errors.Join(errs...)
}
