package history

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock gives the start of one night after the other.
type clock struct{ now time.Time }

func (c *clock) night() time.Time {
	c.now = c.now.Add(24 * time.Hour)
	return c.now
}

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)} }

func night(c *clock, deploy float64) Night {
	return Night{
		Time: c.night(), Run: "nightly", Status: "passed",
		Steps: map[string]float64{"deploy": deploy}, Latencies: map[string]float64{"web by grafana: fault to notification": 6},
	}
}

func TestWhatIsAppendedIsRead(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "folder")
	nights, warning, err := Read(folder)
	require.NoError(t, err)
	require.Empty(t, warning)
	require.Empty(t, nights)

	c := newClock()
	first, second := night(c, 10), night(c, 11)
	require.NoError(t, Append(t.Context(), folder, first))
	require.NoError(t, Append(t.Context(), folder, second))
	nights, warning, err = Read(folder)
	require.NoError(t, err)
	require.Empty(t, warning)
	require.Equal(t, []Night{first, second}, nights)
}

func TestAHalfLineIsPassedOverAndThenReplaced(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, File)
	require.NoError(t, os.WriteFile(path, []byte(`{"run":"one"}`+"\n"+`{"run":"tw`), 0o600))
	nights, warning, err := Read(folder)
	require.NoError(t, err)
	require.Equal(t, path+":2: the last line was cut off and is passed over", warning)
	require.Len(t, nights, 1)

	require.NoError(t, Append(t.Context(), folder, Night{Run: "three"}))
	require.Equal(t, []string{"one", "three"}, runsIn(t, folder))
}

func TestAWholeLastLineWithoutItsEndStays(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, File), []byte(`{"run":"one"}`), 0o600))
	require.NoError(t, Append(t.Context(), folder, Night{Run: "two"}))
	require.Equal(t, []string{"one", "two"}, runsIn(t, folder))
}

func TestABadLineInTheMiddleIsAnError(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, File)
	require.NoError(t, os.WriteFile(path, []byte("{\"run\":\"one\"}\n<<<<<<< HEAD\n{\"run\":\"two\"}\n"), 0o600))
	_, _, err := Read(folder)
	require.ErrorContains(t, err, path+":2: not a night: ")
}

func TestNightsThatEndTogetherAreAllKept(t *testing.T) {
	folder := t.TempDir()
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() { require.NoError(t, Append(t.Context(), folder, Night{Run: fmt.Sprint(i)})) })
	}
	group.Wait()
	require.Len(t, runsIn(t, folder), 20)
}

func TestTheLockIsNotWaitedForInVain(t *testing.T) {
	folder := t.TempDir()
	file, err := os.Create(filepath.Join(folder, File))
	require.NoError(t, err)
	defer file.Close()
	require.NoError(t, syscall.Flock(int(file.Fd()), syscall.LOCK_EX))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, Append(ctx, folder, Night{}), context.Canceled)
}

func TestTheHistoryIsPlainToOtherPrograms(t *testing.T) {
	drift := 2
	n := night(newClock(), 10)
	n.Drift = &drift
	text, err := json.Marshal(n)
	require.NoError(t, err)
	require.JSONEq(t, `{"time":"2026-03-02T02:00:00Z","run":"nightly","status":"passed","seconds":0,"steps":{"deploy":10},
		"latencies":{"web by grafana: fault to notification":6},"drift":2,
		"coverage":{"alarms_seen":0,"alarms":0,"panels_with_data":0,"panels":0,"links_ok":0,"links":0}}`, string(text))
}

func runsIn(t *testing.T, folder string) []string {
	t.Helper()
	nights, warning, err := Read(folder)
	require.NoError(t, err)
	require.Empty(t, warning)
	var names []string
	for _, n := range nights {
		names = append(names, n.Run)
	}
	return names
}
