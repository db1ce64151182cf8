package fault

import (
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/streaming/pkg/httpstream/wsstream"
)

// asked are the methods by which an API server was asked to run a command: GET
// for a WebSocket, POST for SPDY.
type asked struct {
	mu      sync.Mutex
	methods []string
}

func (a *asked) by(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.methods = append(a.methods, r.Method)
		a.mu.Unlock()
		answer(w, r)
	}
}

func (a *asked) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.methods
}

// ranAndFailed answers as for a command that printed something and then ended
// with status 3.
func ranAndFailed(w http.ResponseWriter, r *http.Request) {
	conn := wsstream.NewConn(map[string]wsstream.ChannelProtocolConfig{"v5.channel.k8s.io": {
		Binary: true, Channels: []wsstream.ChannelType{wsstream.ReadChannel, wsstream.WriteChannel, wsstream.WriteChannel, wsstream.WriteChannel},
	}})
	_, streams, err := conn.Open(w, r)
	if err != nil {
		return
	}
	_, _ = io.WriteString(streams[1], "no such table")
	_, _ = io.WriteString(streams[3], `{"status": "Failure", "reason": "NonZeroExitCode", "details": {"causes": [{"reason": "ExitCode", "message": "3"}]}}`)
	_ = conn.Close()
}

// What has run must not run again by another protocol.
func TestExecRunsACommandThatFailsOnce(t *testing.T) {
	var requests asked
	client, config := server(t, requests.by(ranAndFailed))
	f := &Exec{Namespace: "demo", App: "store"}
	err := f.run(t.Context(), Cluster{Kubernetes: client, REST: config}, "store-0", []string{"drop", "table"})
	require.ErrorContains(t, err, `run `+"`drop table`"+` in Pod demo/store-0: command terminated with exit code 3; it printed "no such table"`)
	require.Equal(t, []string{http.MethodGet}, requests.all())
}

func TestExecFallsBackWhereThereAreNoWebSockets(t *testing.T) {
	var requests asked
	client, config := server(t, requests.by(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "not spoken here", http.StatusBadRequest)
	}))
	f := &Exec{Namespace: "demo", App: "store"}
	err := f.run(t.Context(), Cluster{Kubernetes: client, REST: config}, "store-0", []string{"true"})
	require.ErrorContains(t, err, "run `true` in Pod demo/store-0")
	require.Equal(t, []string{http.MethodGet, http.MethodPost}, requests.all())
}
