package pipeline

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/channels"
)

// notifying is an Alertmanager with one receiver that delivers to inbox.
type notifying struct {
	mu     sync.Mutex
	posted []json.RawMessage
}

func (n *notifying) post(r *http.Request) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var alarms []json.RawMessage
	text, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(text, &alarms)
	n.posted = append(n.posted, alarms...)
	return ""
}

func (n *notifying) metrics(*http.Request) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return fmt.Sprintf("alertmanager_notification_requests_total{integration=\"webhook\",receiver_name=\"inbox\"} %d\n", min(len(n.posted), 1))
}

func (n *notifying) received(*http.Request) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	notes := []any{}
	if len(n.posted) > 0 {
		body := map[string]any{"alerts": n.posted[:1]}
		notes = append(notes, map[string]any{"id": 7, "received": time.Now(), "channel": "webhook", "receiver": "alertmanager", "body": body})
	}
	text, _ := json.Marshal(map[string]any{"now": time.Now(), "notifications": notes})
	return string(text)
}

// api is that Alertmanager's pod behind its Service, and inbox.
func (n *notifying) api() apiServer {
	const pod = "/api/v1/namespaces/watch/pods/http:alertmanager-0:9093/proxy"
	const config = `route: {receiver: inbox, routes: [{receiver: inbox, matchers: ['firedrill_receiver=\"inbox\"']}]}\nreceivers: [{name: inbox, webhook_configs: [{url: x}]}]`
	return apiServer{
		"GET /apis/discovery.k8s.io/v1/namespaces/watch/endpointslices": always(`{"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1", "items": [
			{"ports": [{"name": "", "port": 9093}], "endpoints": [{"addresses": ["10.0.0.1"], "targetRef": {"kind": "Pod", "name": "alertmanager-0"}}]}]}`),
		"GET /api/v1/namespaces/watch/services/alertmanager": always(`{"kind": "Service", "apiVersion": "v1", "spec": {"ports": [{"port": 9093}]}}`),
		"GET " + pod + "/api/v2/status":                      always(`{"config": {"original": "` + config + `"}}`),
		"GET " + pod + "/metrics":                            n.metrics,
		"POST " + pod + "/api/v2/alerts":                     n.post,
		"inbox /api/v1/notifications":                        n.received,
	}
}

func TestChannelsOfACluster(t *testing.T) {
	n := &notifying{}
	results, err := TestChannels(t.Context(), n.api().on(t))
	require.NoError(t, err)
	require.Equal(t, []channels.Result{{By: "alertmanager", Receiver: "inbox", Integration: "webhook", Delivered: true, Inbox: true}}, results)
	require.Len(t, n.posted, 2, "sent, and taken back")
	require.Contains(t, string(n.posted[0]), "[DRILL] Test of the channels")
}

func TestChannelsNeedAPodThatIsReady(t *testing.T) {
	api := (&notifying{}).api()
	api["GET /apis/discovery.k8s.io/v1/namespaces/watch/endpointslices"] = always(`{"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1", "items": []}`)
	_, err := TestChannels(t.Context(), api.on(t))
	require.EqualError(t, err, "Service watch/alertmanager:9093 has no pod that is ready on that port")
}

func TestChannelsNeedEndpoints(t *testing.T) {
	o, _ := site(t)
	there, err := filepath.Abs(filepath.Dir(o.Content))
	require.NoError(t, err)
	o.Content = filepath.Join(t.TempDir(), "firedrill.yaml")
	require.NoError(t, os.WriteFile(o.Content, []byte("images: "+there+"/images\nreleases: [{name: web, namespace: shop, chart: "+there+"/charts/web}]\n"), 0o600))
	_, err = TestChannels(t.Context(), o)
	require.EqualError(t, err, o.Content+" names no endpoints; name the Services of alertmanager and inbox there")
}

// In a run they are tried if the content asks for it: somebody may get what is sent.
func TestChannelsInARun(t *testing.T) {
	s, _ := running(t, "one", nil)
	n := &notifying{}
	api := n.api()
	s.options.Kubeconfig = api.on(t).Kubeconfig
	require.Equal(t, skipped("firedrill.yaml does not ask for it (key testChannels)"), s.tryChannels(t.Context(), nil))
	require.Empty(t, n.posted)

	s.content.TestChannels = true
	require.NoError(t, s.tryChannels(t.Context(), nil))
	require.Len(t, n.posted, 2, "sent, and taken back")

	delete(api, "GET /api/v1/namespaces/watch/services/alertmanager")
	require.ErrorContains(t, s.tryChannels(t.Context(), nil), "read Service watch/alertmanager:9093: ")
}
