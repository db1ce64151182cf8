package dashboards

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAPasswordInTheAddressIsRefused, and not shown.
func TestAPasswordInTheAddressIsRefused(t *testing.T) {
	_, err := Sources(t.Context(), Options{URL: "http://admin:secret@127.0.0.1:1"})
	require.ErrorContains(t, err, "address of Grafana: leave the user and password out of it")
	require.NotContains(t, err.Error(), "secret")
}
