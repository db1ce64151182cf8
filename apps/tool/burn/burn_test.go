package burn

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTimes(t *testing.T) {
	early, err := parse("cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 1 1\n")
	require.NoError(t, err)
	late, err := parse("cpu  60 0 30 110 0 0 0 0 0 0\n")
	require.NoError(t, err)
	require.InDelta(t, 0.7, early.Busy(late), 1e-9)
	require.Zero(t, early.Busy(early))
	waiting, err := parse("cpu  60 10 30 110 10 0 0 10 0 0\n")
	require.NoError(t, err)
	require.Zero(t, late.Busy(waiting), "what is niced, waits or was taken is no work")
	_, err = parse("intr 5\n")
	require.ErrorContains(t, err, `/proc/stat begins with "intr 5"`)
	_, err = Read()
	require.NoError(t, err)
}

func TestAdjust(t *testing.T) {
	all := runtime.NumCPU() * whole
	require.Equal(t, all/4, adjust(0, 50, all, 0), "half of what is missing")
	require.Equal(t, 100, adjust(0, 50, 100, 0), "never more than most")
	require.Equal(t, 0, adjust(10, 50, all, 1), "never less than nothing")
	require.Equal(t, 300, adjust(300, 50, all, 0.5))
}

func TestBound(t *testing.T) {
	all := runtime.NumCPU() * whole
	require.Equal(t, all, bound(0))
	require.Equal(t, all, bound(all+1))
	require.Equal(t, 1, bound(1))
}

func TestGovern(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*between)
		defer cancel()
		// A machine that is busy by what is burnt alone.
		g := &governor{percent: 50, most: runtime.NumCPU() * whole}
		busy, all := 0, 0
		g.read = func() (Times, error) {
			busy, all = busy+int(g.use.Load()), all+runtime.NumCPU()*whole
			return Times{idle: all - busy, all: all}, nil
		}
		require.NoError(t, g.govern(ctx))
		require.InDelta(t, runtime.NumCPU()*whole/2, g.use.Load(), 20)

		g.read = func() (Times, error) { return Times{}, errors.New("no /proc") }
		require.EqualError(t, g.govern(t.Context()), "no /proc")
	})
}

func TestRunEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	g := &governor{most: 100}
	g.use.Store(50)
	require.NoError(t, g.run(ctx))
}
