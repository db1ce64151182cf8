package pipeline

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/content"
	"firedrill/pipeline/event"
	"firedrill/pipeline/server"
)

// What a killed drill has left may be a Grafana without pods, to which there is no
// way until it is undone.
func TestWhatKilledDrillsLeftIsUndoneBeforeTheWayToGrafana(t *testing.T) {
	api := &broken{}
	listening := httptest.NewServer(api)
	defer listening.Close()
	s, events := running(t, "mine", holding())
	s.options.Kubeconfig = at(t, listening.URL)
	s.content.Grafana = &content.Grafana{Endpoint: server.Endpoint{Namespace: "watch", Service: "grafana", Port: 3000}, Secret: "grafana"}
	_, err := s.drill(t.Context(), event.Sink(events.sink).ForStep("drill"), Drilling{})
	require.ErrorContains(t, err, "read Grafana's user and password from secret watch/grafana")
	require.Contains(t, events.lines, "drill/undo website-down: passed")
	require.Contains(t, api.changed, "PATCH /apis/apps/v1/namespaces/demo/deployments/website")
}
