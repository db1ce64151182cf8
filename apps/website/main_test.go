package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/api/quote"
	"firedrill/apps/program/programtest"
)

// get returns what the program answers.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(read)
}

func TestWebsiteWithAndWithoutAPI(t *testing.T) {
	api := httptest.NewServer(quote.New("api-1", time.Now))
	address := programtest.Start(t, "website", configure,
		[]string{"-listen=127.0.0.1:0", "-drain=0s", "-api-url=" + api.URL}, "serving HTTP")[0]

	status, body := get(t, "http://"+address+"/")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "api-1")

	api.Close()
	status, body = get(t, "http://"+address+"/")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "The api does not answer")

	status, _ = get(t, "http://"+address+"/readyz")
	require.Equal(t, http.StatusOK, status, "readiness must not depend on the api")
	_, metrics := get(t, "http://"+address+"/metrics")
	require.Contains(t, metrics, `website_api_requests_total{result="ok"} 1`)
	require.Contains(t, metrics, `website_api_requests_total{result="error"} 1`)
	require.Contains(t, metrics, `http_requests_total{code="200",handler="/",method="GET"} 2`)
}
