package trace

import (
	"context"
	"log/slog"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// quiet is how long a complaint about the collector stands for all that follow.
const quiet = time.Minute

// patient is an exporter whose failures are logged once in a while: a
// collector that is away would otherwise fill the log of every program.
type patient struct {
	sdk.SpanExporter
	log  *slog.Logger
	now  func() time.Time
	said time.Time // the last complaint; batches are sent one after another
	lost int       // spans since then
}

func newPatient(e sdk.SpanExporter, log *slog.Logger, now func() time.Time) *patient {
	return &patient{SpanExporter: e, log: log, now: now}
}

// ExportSpans implements sdk.SpanExporter.
func (p *patient) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := p.SpanExporter.ExportSpans(ctx, spans)
	if err == nil {
		return nil
	}
	p.lost += len(spans)
	if now := p.now(); now.Sub(p.said) >= quiet {
		p.log.Warn("traces are lost: the collector did not take them", "spans", p.lost, "error", err.Error())
		p.said, p.lost = now, 0
	}
	return nil // it is logged here and nowhere else
}
