package forward

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// A proxy that knows no WebSockets (a GET) may know SPDY (a POST).
func TestItFallsBackWhereThereAreNoWebSockets(t *testing.T) {
	var mu sync.Mutex
	var methods []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		methods = append(methods, r.Method)
		http.Error(w, "not spoken here", http.StatusBadRequest)
	}))
	defer server.Close()
	c, err := newConnector(&rest.Config{Host: server.URL}, Target{"demo", "website", 8080})
	require.NoError(t, err)
	dialer, err := c.dial(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "website-1"}})
	require.NoError(t, err)
	_, _, err = dialer.Dial("portforward.k8s.io")
	require.Error(t, err)
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, []string{http.MethodGet, http.MethodPost}, methods)
}
