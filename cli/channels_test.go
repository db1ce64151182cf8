package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// unrouted answers as the API server of a cluster whose Alertmanager has a
// receiver that no route leads tests to.
func unrouted(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	for path, answer := range map[string]string{
		"/endpointslices": `{"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1", "items": [{"ports": [{"name": "", "port": 9093}],
			"endpoints": [{"addresses": ["10.0.0.1"], "targetRef": {"kind": "Pod", "name": "alertmanager-0"}}]}]}`,
		"/services/alertmanager": `{"kind": "Service", "apiVersion": "v1", "spec": {"ports": [{"port": 9093}]}}`,
		"/proxy/api/v2/status":   `{"config": {"original": "route: {receiver: pager}\nreceivers: [{name: pager, email_configs: [{to: a}]}]"}}`,
		"/api/v1/notifications":  `{"now": "2026-11-22T05:40:12Z", "notifications": []}`,
	} {
		if strings.HasSuffix(r.URL.Path, path) {
			_, _ = fmt.Fprint(w, answer)
			return
		}
	}
	http.Error(w, r.URL.Path+" is not to be asked for", http.StatusTeapot)
}

// What was found is shown also when a receiver fails, as a table or as JSON.
func TestChannelsTest(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(unrouted))
	defer api.Close()
	for name, flags := range map[string][]string{"channels-test.txt": nil, "channels-test.json": {"--json"}} {
		t.Run(name, func(t *testing.T) {
			content := inEmptyFolder(t)
			require.NoError(t, os.WriteFile("there", []byte(strings.ReplaceAll(closedPort, "http://127.0.0.1:1", api.URL)), 0o600))
			out, _, err := firedrill(t, append([]string{"channels", "test", "--content", content, "--kubeconfig", "there"}, flags...)...)
			require.ErrorContains(t, err, "receiver pager of alertmanager: its email did not deliver: no route leads tests to it")
			golden.Equal(t, filepath.Join(testdata, name), out)
		})
	}
}
