package trace

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// refusing is a collector that refuses until it is repaired.
type refusing struct {
	sdk.SpanExporter
	err error
}

func (r *refusing) ExportSpans(context.Context, []sdk.ReadOnlySpan) error { return r.err }

func TestComplaintsAreFew(t *testing.T) {
	now := time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	collector := &refusing{err: errors.New("connection refused")}
	p := newPatient(collector, slog.New(slog.NewTextHandler(&log, nil)), func() time.Time { return now })
	export := func() string {
		log.Reset()
		require.NoError(t, p.ExportSpans(t.Context(), make([]sdk.ReadOnlySpan, 3)), "the SDK would log it by its own rules")
		return log.String()
	}

	require.Contains(t, export(), `spans=3 error="connection refused"`)
	for range 9 {
		now = now.Add(time.Second)
		require.Empty(t, export())
	}
	now = now.Add(time.Minute)
	complaint := export()
	require.Contains(t, complaint, "spans=30 ", "those of the quiet time are counted")
	require.Equal(t, 1, strings.Count(complaint, "\n"))

	collector.err = nil
	now = now.Add(time.Hour)
	require.Empty(t, export())
}
