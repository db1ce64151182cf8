// Package tracetest is an OpenTelemetry collector inside a test.
package tracetest

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"firedrill/apps/peer"
)

// deadline is for what takes milliseconds on an idle machine.
const deadline = 30 * time.Second

// Span is one span as the collector received it.
type Span struct {
	Name string
	Kind string // "SERVER" or "CLIENT"
	// Trace, ID and Parent are hexadecimal; Parent is empty for the first.
	Trace, ID, Parent string
	// Attributes are the span's and its resource's.
	Attributes map[string]string
}

// Collector receives spans by OTLP over HTTP.
type Collector struct {
	URL   string
	spans chan Span
}

// Start starts a collector and names it in the environment, as a deployment
// would.
func Start(t *testing.T) *Collector {
	t.Helper()
	return start(t, func(server *httptest.Server) { server.Start() })
}

// StartPeer is Start for a collector that wants to be shown a certificate.
func StartPeer(t *testing.T, p *peer.Peer) *Collector {
	t.Helper()
	return start(t, func(server *httptest.Server) {
		server.TLS = p.Server()
		server.StartTLS()
	})
}

func start(t *testing.T, begin func(*httptest.Server)) *Collector {
	t.Helper()
	c := &Collector{spans: make(chan Span, 100)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(c.receive))
	begin(server)
	t.Cleanup(server.Close)
	c.URL = server.URL
	NoCollector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	return c
}

// NoCollector has the test forget a collector that is named in the environment: by
// Dagger, say, which names its own to all that it runs.
func NoCollector(t *testing.T) {
	t.Helper()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
}

// Wait returns the next spans that arrive, by their names.
func (c *Collector) Wait(t *testing.T, number int) map[string]Span {
	t.Helper()
	got := map[string]Span{}
	timeout := time.After(deadline)
	for len(got) < number {
		select {
		case span := <-c.spans:
			got[span.Kind+" "+span.Name] = span
		case <-timeout:
			t.Fatalf("waited %s for %d spans and got %v", deadline, number, got)
		}
	}
	return got
}

// RequireNone fails the test if a span has arrived that nobody waited for.
func (c *Collector) RequireNone(t *testing.T) {
	t.Helper()
	require.Empty(t, c.spans)
}

func (c *Collector) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request collector.ExportTraceServiceRequest
	if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &request) != nil {
		http.Error(w, "not a request with traces", http.StatusBadRequest)
		return
	}
	for _, resource := range request.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				c.spans <- newSpan(s, resource.GetResource().GetAttributes())
			}
		}
	}
}

func newSpan(s *tracepb.Span, resource []*commonpb.KeyValue) Span {
	span := Span{
		Name: s.GetName(), Kind: s.GetKind().String()[len("SPAN_KIND_"):],
		Trace: hex.EncodeToString(s.GetTraceId()), ID: hex.EncodeToString(s.GetSpanId()), Parent: hex.EncodeToString(s.GetParentSpanId()),
		Attributes: map[string]string{},
	}
	for _, pairs := range [][]*commonpb.KeyValue{resource, s.GetAttributes()} {
		for _, pair := range pairs {
			span.Attributes[pair.GetKey()] = text(pair.GetValue())
		}
	}
	return span
}

func text(v *commonpb.AnyValue) string {
	if s, ok := v.GetValue().(*commonpb.AnyValue_StringValue); ok {
		return s.StringValue
	}
	return v.String()
}
