package main

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInTurn(t *testing.T) {
	var order []string
	var ours, plain []Run
	play := func(name string, to *[]Run) way {
		return way{name, func(context.Context, string) (Run, error) {
			order = append(order, name)
			return Run{Seconds: float64(len(order))}, nil
		}, to}
	}
	o := options{runs: 3, out: t.TempDir(), calm: 1}
	require.NoError(t, o.inTurn(t.Context(), play("firedrill", &ours), play("plain", &plain)))
	require.Equal(t, []string{"firedrill", "plain", "plain", "firedrill", "firedrill", "plain"}, order)
	require.Len(t, ours, 3)
	require.InDelta(t, 4, ours[1].Seconds, 0)
	require.InDelta(t, 3, plain[1].Seconds, 0)
}

func TestAFailedRunEndsIt(t *testing.T) {
	broken := errors.New("no cluster today")
	runs := 0
	w := way{"plain", func(context.Context, string) (Run, error) {
		runs++
		return Run{}, broken
	}, &[]Run{}}
	err := options{runs: 3, out: t.TempDir(), calm: 1}.inTurn(t.Context(), w, w)
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "plain-1")
	require.Equal(t, 1, runs)
}
