package pipeline

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
	"firedrill/pipeline/report"
)

func TestPlaySkipsWhatComesAfterAFailure(t *testing.T) {
	events := &told{}
	s := &state{options: Options{Sink: events.sink}}
	err := s.play(t.Context(), []step{{"images", succeeds}, {"cluster", fails}, {"deploy", mustNotRun}, {"drill", mustNotRun}})
	require.EqualError(t, err, "cluster: out of luck")
	var failure *Failure
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "cluster", failure.Step)
	require.Equal(t, []string{
		"images: started", "images: passed",
		"cluster: started", "cluster: failed: out of luck",
		"deploy: started", "deploy: skipped: step cluster failed",
		"drill: started", "drill: skipped: step cluster failed",
	}, events.lines)
}

func TestAStepWithNothingToDoIsSkippedAndTheNextOnesGoOn(t *testing.T) {
	events := &told{}
	s := &state{options: Options{Sink: events.sink}}
	nothing := func(context.Context, event.Sink) error { return skipped("no Grafana release") }
	require.NoError(t, s.play(t.Context(), []step{{"dashboards", nothing}, {"drill", succeeds}}))
	require.Equal(t, []string{
		"dashboards: started", "dashboards: skipped: no Grafana release",
		"drill: started", "drill: passed",
	}, events.lines)
}

func TestNoStepBeginsAfterCancel(t *testing.T) {
	events := &told{}
	s := &state{options: Options{Sink: events.sink}}
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("interrupt signal received")
	interrupted := func(context.Context, event.Sink) error { cancel(stop); return nil }
	err := s.play(ctx, []step{{"images", interrupted}, {"cluster", mustNotRun}, {"deploy", mustNotRun}})
	require.ErrorIs(t, err, stop)
	require.Equal(t, []string{
		"images: started", "images: passed",
		"cluster: started", "cluster: failed: interrupt signal received",
		"deploy: started", "deploy: skipped: step cluster failed",
	}, events.lines)
}

func TestAStepEndsWithItsResult(t *testing.T) {
	var results []any
	s := &state{options: Options{Sink: func(e event.Event) { results = append(results, e.Result) }}}
	coverage := report.Coverage{Alerts: &report.AlertCoverage{Shipped: 3}}
	for _, end := range []func(context.Context, event.Sink) error{succeeds, fails} {
		results = nil
		_ = s.do(t.Context(), step{"drill", func(ctx context.Context, sink event.Sink) error {
			s.result = coverage
			return end(ctx, sink)
		}})
		require.Equal(t, []any{nil, coverage}, results, "also of a step that failed")
	}
	results = nil
	_ = s.do(t.Context(), step{"teardown", succeeds})
	require.Equal(t, []any{nil, nil}, results, "of no other step")
}

func TestWhatIsWeakKeepsNoDrillFromBeingHeld(t *testing.T) {
	s, events := running(t, "one", nil)
	weak := func(context.Context, event.Sink) error { return errors.New("weak") }
	err := s.play(t.Context(), []step{{stepScan, weak}, {"drill", succeeds}})
	require.EqualError(t, err, "scan: weak")
	var failure *Failure
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "scan", failure.Step)
	require.Equal(t, []string{"scan: started", "scan: failed: weak", "drill: started", "drill: passed"}, events.lines)
}

func TestWithoutScannersNothingIsScanned(t *testing.T) {
	s, _ := running(t, "one", nil)
	require.Equal(t, skipped("no image of testdata/site/images is a scanner's"), s.scanStack(t.Context(), nil))
}
