package machine

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRegistryOverHTTP asks real servers on loopback.
func TestRegistryOverHTTP(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		answers bool
	}{
		"open":      {http.StatusOK, true},
		"login":     {http.StatusUnauthorized, true},
		"proxy":     {http.StatusForbidden, false},
		"web pages": {http.StatusNotFound, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/v2/" {
					w.WriteHeader(http.StatusTeapot) // which no registry answers
					return
				}
				w.WriteHeader(c.status)
			}))
			defer server.Close()
			got := asking(t, strings.TrimPrefix(server.URL, "http://"))
			require.Equal(t, c.answers, got.registry, got.checks)
		})
	}
}

func TestRegistryThatIsNotThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	got := asking(t, strings.TrimPrefix(server.URL, "http://"))
	require.False(t, got.registry)
	require.Contains(t, got.checks[0].Found, "connection refused")
}

func TestOneSilentRegistryIsTooMany(t *testing.T) {
	r := record(t, machines["laptop"])
	r.host.status = func(_ context.Context, url string) (int, error) {
		if url == "https://quay.io/v2/" {
			return http.StatusBadGateway, nil
		}
		return http.StatusOK, nil
	}
	got := inspection{host: r.host, options: r.options}.network(t.Context())
	require.False(t, got.registry)
	require.Equal(t, "quay.io is no registry: GET https://quay.io/v2/ gave status 502", got.checks[0].Found)
}

// asking asks one registry over the network, and no name server.
func asking(t *testing.T, registry string) networkReport {
	t.Helper()
	h := thisHost()
	h.resolve = func(context.Context, string) error { return nil }
	return inspection{host: h, options: Options{Registries: []string{registry}}}.network(t.Context())
}

func TestForeignName(t *testing.T) {
	require.Equal(t, "quay.io", foreignName([]string{"127.0.0.1:5000", "localhost:5000", "quay.io"}))
	require.Equal(t, "mirror.example.org", foreignName([]string{"mirror.example.org:5000"}))
	require.Equal(t, foreign, foreignName([]string{"[::1]:5000"}))
	require.Equal(t, foreign, foreignName(nil))
}
