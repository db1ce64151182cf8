package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/dashboards/clock"
)

// noon of a Sunday, on which a week begins.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestFrom(t *testing.T) {
	for text, want := range map[string]string{
		"now": "2026-03-01T12:00:00Z", "now-90m": "2026-03-01T10:30:00Z", "now-1M": "2026-02-01T12:00:00Z", "now-1y+2d": "2025-03-03T12:00:00Z",
		"now-1d/d": "2026-02-28T00:00:00Z", "now/w": "2026-03-01T00:00:00Z", "now/y": "2026-01-01T00:00:00Z",
		"1000": "1970-01-01T00:00:01Z", "2026-01-02T03:04:05Z": "2026-01-02T03:04:05Z",
	} {
		at, err := clock.From(text, noon)
		require.NoError(t, err)
		require.Equal(t, want, at.UTC().Format(time.RFC3339), text)
	}
}

func TestTo(t *testing.T) {
	for text, want := range map[string]string{
		"now": "2026-03-01T12:00:00Z", "now/d": "2026-03-01T23:59:59.999Z", "now/w": "2026-03-07T23:59:59.999Z", "now-1M/M": "2026-02-28T23:59:59.999Z",
	} {
		at, err := clock.To(text, noon)
		require.NoError(t, err)
		require.Equal(t, want, at.Format(time.RFC3339Nano), text)
	}
}

func TestNoTime(t *testing.T) {
	for _, text := range []string{"", "yesterday", "now-1", "now-1h/", "now-99999999999999999999s"} {
		_, err := clock.From(text, noon)
		require.ErrorContains(t, err, `time "`+text+`": `)
	}
	_, err := clock.To("yesterday", noon)
	require.EqualError(t, err, `time "yesterday": wanted such as now-1h, now/d, 2006-01-02T15:04:05Z, or milliseconds since 1970`)
}

func TestRelative(t *testing.T) {
	for _, text := range []string{"now", "now-1h", "now+1d-2h", "now-1d/d"} {
		require.True(t, clock.Relative(text), text)
	}
	for _, text := range []string{"", "1000", "2026-01-02T03:04:05Z", "now-1", "then-1h"} {
		require.False(t, clock.Relative(text), text)
	}
}
