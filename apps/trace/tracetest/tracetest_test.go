package tracetest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/trace/tracetest"
)

func TestWhatIsNoTraceIsRefused(t *testing.T) {
	c := tracetest.Start(t)
	for _, path := range []string{"/v1/traces", "/v1/logs"} {
		response, err := http.Post(c.URL+path, "application/x-protobuf", strings.NewReader("no protobuf"))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusBadRequest, response.StatusCode)
	}
	c.RequireNone(t)
}
