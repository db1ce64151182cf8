package addresses_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/addresses"
)

// bundle is an API server that has a ConfigMap with this text.
func bundle(t *testing.T, text string) *rest.Config {
	t.Helper()
	api := http.NewServeMux()
	api.HandleFunc("GET /api/v1/namespaces/ingress/configmaps/firedrill-ca", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "ConfigMap", "apiVersion": "v1", "data": map[string]string{"ca.crt": text}})
	})
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return &rest.Config{Host: server.URL}
}

func TestTheBundleOfTheClusterIsTrusted(t *testing.T) {
	c, root := right(t)
	o := c.start(t).visit(root)
	o.Roots, o.REST = nil, bundle(t, string(root.pem()))
	o.Config.Trust = &addresses.TrustBundle{Namespace: "ingress", ConfigMap: "firedrill-ca", Key: "ca.crt"}
	_, err := addresses.Check(t.Context(), o)
	require.NoError(t, err)

	o.REST = bundle(t, string(newRoot(t, "another").pem()))
	_, err = addresses.Check(t.Context(), o)
	require.ErrorContains(t, err, "whom nobody vouches for of ConfigMap ingress/firedrill-ca, key ca.crt")
	o.REST = bundle(t, "nothing")
	_, err = addresses.Check(t.Context(), o)
	require.EqualError(t, err, "no certificate of a CA is in ConfigMap ingress/firedrill-ca, key ca.crt; put it there as PEM")
	o.Config.Trust.ConfigMap = "other"
	_, err = addresses.Check(t.Context(), o)
	require.ErrorContains(t, err, "read whom to trust from ConfigMap ingress/other, key ca.crt: ")
}

// Without a bundle those are trusted whom the machine trusts.
func TestTheMachinesOwnAreTrusted(t *testing.T) {
	c, root := right(t)
	o := c.start(t).visit(root)
	o.Roots = nil
	_, err := addresses.Check(t.Context(), o)
	require.ErrorContains(t, err, "whom nobody vouches for of the CAs of this machine")
}
