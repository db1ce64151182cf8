// Package trace tells an OpenTelemetry collector what a request did in each of
// our programs, and writes the request's trace into the log lines about it.
//
// Nothing is sent unless OTEL_EXPORTER_OTLP_ENDPOINT, or its variant for
// traces, says where the collector is. OpenTelemetry's other variables mean
// what its specification says.
package trace

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"firedrill/apps/peer"
)

const (
	// sendTimeout is for one batch, as in OpenTelemetry's specification.
	sendTimeout = 10 * time.Second
	// batchDelay is short, so that a request is in the collector's metrics soon
	// after it was answered.
	batchDelay = time.Second
	// flushTimeout is how long the end of a program waits for a collector. With
	// the drain and the last requests it must fit into a pod's grace period.
	flushTimeout = 2 * time.Second
)

// Tracer records the requests of one program. A nil Tracer records nothing.
type Tracer struct {
	provider   *sdk.TracerProvider
	propagator propagation.TextMapPropagator
	log        *slog.Logger
}

// Open returns the tracer of a program, or nil if no collector is named. The
// collector is shown p's certificate.
func Open(ctx context.Context, program string, p *peer.Peer, log *slog.Logger) (*Tracer, error) {
	wanted, err := wanted(os.Getenv)
	if err != nil || !wanted {
		return nil, err
	}
	described, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", program), attribute.String("service.version", version())),
		resource.WithTelemetrySDK(),
		resource.WithFromEnv(), // the last one wins: a deployment knows better
	)
	if err != nil {
		return nil, fmt.Errorf("describe %s by OTEL_RESOURCE_ATTRIBUTES: %w", program, err)
	}
	// The collector may be away for longer than spans are worth keeping.
	options := []otlptracehttp.Option{otlptracehttp.WithRetry(otlptracehttp.RetryConfig{
		Enabled: true, InitialInterval: time.Second, MaxInterval: 5 * time.Second, MaxElapsedTime: 15 * time.Second,
	})}
	if p != nil { // OpenTelemetry's own variables name files that are read once
		options = append(options, otlptracehttp.WithHTTPClient(&http.Client{Transport: p.Transport(), Timeout: sendTimeout}))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("prepare to send traces: %w", err)
	}
	return &Tracer{
		provider: sdk.NewTracerProvider(
			sdk.WithResource(described),
			sdk.WithBatcher(newPatient(exporter, log, time.Now), sdk.WithBatchTimeout(batchDelay)),
		),
		propagator: propagation.TraceContext{},
		log:        log,
	}, nil
}

// wanted says whether the environment names a collector. The SDK would take
// an address that is none for one on this machine.
func wanted(env func(string) string) (bool, error) {
	if env("OTEL_SDK_DISABLED") == "true" {
		return false, nil
	}
	named := false
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		text := env(name)
		if text == "" {
			continue
		}
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return false, fmt.Errorf("invalid value %q of environment variable %s: not a URL such as http://otel-collector:4318", text, name)
		}
		named = true
	}
	return named, nil
}

// version is the program's own, as Go wrote it into the binary; a deployment
// gives its own by OTEL_RESOURCE_ATTRIBUTES.
func version() string {
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" {
		return build.Main.Version
	}
	return "unknown"
}

// Handler records what h answers, under the name that name gives once h has
// chosen the request's route. Requests for which skip is true are not recorded.
func (t *Tracer) Handler(h http.Handler, name func(*http.Request) string, skip func(*http.Request) bool) http.Handler {
	if t == nil {
		return h
	}
	return otelhttp.NewHandler(h, "", append(t.options(name),
		otelhttp.WithFilter(func(r *http.Request) bool { return !skip(r) }))...)
}

// Transport records the requests sent through base under that name, and hands
// on their trace.
func (t *Tracer) Transport(base http.RoundTripper, name string) http.RoundTripper {
	if t == nil {
		return base
	}
	return otelhttp.NewTransport(base, t.options(func(*http.Request) string { return name })...)
}

func (t *Tracer) options(name func(*http.Request) string) []otelhttp.Option {
	return []otelhttp.Option{
		otelhttp.WithTracerProvider(t.provider),
		otelhttp.WithPropagators(t.propagator),
		otelhttp.WithMeterProvider(noop.NewMeterProvider()), // requests are counted for Prometheus already
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return name(r) }),
	}
}

// Close sends what has not been sent yet. A collector that does not answer
// holds it up for two seconds at most and is no failure of the program.
func (t *Tracer) Close(ctx context.Context) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	err := t.provider.Shutdown(ctx)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		t.log.Warn("the last traces are lost: the collector did not take them in time", "seconds", flushTimeout.Seconds())
	case err != nil:
		t.log.Warn("the last traces may be lost", "error", err.Error())
	}
}
