package pipeline

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

// TestAStepBesideAnotherEndsByItself: both are told, a failure of one is none of
// the other, and what comes after waits for
// both and is done all the same.
func TestAStepBesideAnotherEndsByItself(t *testing.T) {
	s, events := running(t, "one", nil)
	begun, free := make(chan struct{}), make(chan struct{})
	scan := func(twin *state, _ context.Context, _ event.Sink) error {
		close(begun)
		<-free
		twin.result = "of the scan"
		return errors.New("weak")
	}
	drill := func(context.Context, event.Sink) error {
		<-begun // it waits for nobody
		s.result = "of the drill"
		close(free)
		return nil
	}
	err := s.play(t.Context(), []step{s.beside(step{"drill", drill}, "scan", scan), {"panels", succeeds}})
	require.EqualError(t, err, "scan: weak")
	var failure *Failure
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "scan", failure.Step)
	slices.Sort(events.lines)
	require.Equal(t, []string{"drill: passed", "drill: started", "panels: passed", "panels: started", "scan: failed: weak", "scan: started"}, events.lines)
}

func TestWithoutScannersNothingIsScanned(t *testing.T) {
	s, _ := running(t, "one", nil)
	require.Equal(t, skipped("no image of testdata/site/images is a scanner's"), s.scanMeanwhile(t.Context(), nil))
}
