package main

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/api/quote"
	"firedrill/apps/behave"
	"firedrill/apps/peer/peertest"
	"firedrill/apps/program/programtest"
	"firedrill/apps/serve"
	"firedrill/apps/settings"
	"firedrill/apps/trace"
	"firedrill/apps/trace/tracetest"
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
		[]string{"-listen=127.0.0.1:0", "-admin-listen=127.0.0.1:0", "-drain=0s", "-api-url=" + api.URL}, "serving HTTP")[0]

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

// The behaviour is for the page alone: a pod that fails on purpose stays ready.
func TestWebsiteFailsOnPurpose(t *testing.T) {
	api := httptest.NewServer(quote.New("api-1", time.Now))
	defer api.Close()
	addresses := programtest.Start(t, "website", configure,
		[]string{"-listen=127.0.0.1:0", "-admin-listen=127.0.0.1:0", "-drain=0s", "-api-url=" + api.URL},
		"serving HTTP", "serving the admin port")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+addresses[1]+behave.Path, strings.NewReader(`{"errors":1}`))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)

	status, _ := get(t, "http://"+addresses[0]+"/")
	require.Equal(t, http.StatusInternalServerError, status)
	for _, path := range []string{"/readyz", "/healthz", "/metrics"} {
		status, _ = get(t, "http://"+addresses[0]+path)
		require.Equal(t, http.StatusOK, status, path)
	}
	status, _ = get(t, "http://"+addresses[0]+behave.Path)
	require.Equal(t, http.StatusNotFound, status, "the admin port is not the public one")
}

// tracedAPI is an api that records its requests, as the program does.
func tracedAPI(t *testing.T) (url string) {
	t.Helper()
	set := settings.New("api")
	log := slog.New(slog.DiscardHandler)
	server := serve.New(serve.AddSettings(set), log)
	tracer, err := trace.Open(t.Context(), "api", nil, log)
	require.NoError(t, err)
	t.Cleanup(func() { tracer.Close(t.Context()) })
	server.Trace(tracer)
	server.Handle("GET "+quote.Path, quote.New("api-1", time.Now))
	listening := httptest.NewServer(server.Handler())
	t.Cleanup(listening.Close)
	return listening.URL
}

// A request is one trace from the website through its question to the api.
func TestOneTraceThroughWebsiteAndAPI(t *testing.T) {
	collector := tracetest.Start(t)
	address := programtest.Start(t, "website", configure,
		[]string{"-listen=127.0.0.1:0", "-admin-listen=127.0.0.1:0", "-drain=0s", "-api-url=" + tracedAPI(t)}, "serving HTTP")[0]
	status, _ := get(t, "http://"+address+"/?token=abc")
	require.Equal(t, http.StatusOK, status)

	spans := collector.Wait(t, 3)
	visit, question, answer := spans["SERVER GET /"], spans["CLIENT GET "+quote.Path], spans["SERVER GET "+quote.Path]
	require.Equal(t, []string{"website", "website", "api"},
		[]string{visit.Attributes["service.name"], question.Attributes["service.name"], answer.Attributes["service.name"]})
	require.Empty(t, visit.Parent)
	require.Equal(t, visit.ID, question.Parent)
	require.Equal(t, question.ID, answer.Parent)
	require.Equal(t, []string{visit.Trace, visit.Trace}, []string{question.Trace, answer.Trace})
	require.Equal(t, "/", visit.Attributes["http.route"])
	require.Contains(t, visit.Attributes["http.response.status_code"], "200")
}

func TestWebsiteShowsTheAPIItsCertificate(t *testing.T) {
	authority, folder := peertest.New(t), t.TempDir()
	authority.Write(t, folder, authority)
	api := httptest.NewUnstartedServer(quote.New("api-1", time.Now))
	api.Listener = tls.NewListener(api.Listener, authority.Start(t).Server())
	api.Start()
	defer api.Close()
	args := []string{"-listen=127.0.0.1:0", "-admin-listen=127.0.0.1:0", "-drain=0s", "-api-url=https://" + api.Listener.Addr().String()}

	address := programtest.Start(t, "website", configure, append(peertest.Flags(folder), args...), "serving HTTP")[0]
	_, body := get(t, "http://"+address+"/")
	require.Contains(t, body, "api-1")

	address = programtest.Start(t, "website", configure, args, "serving HTTP")[0]
	_, body = get(t, "http://"+address+"/")
	require.Contains(t, body, "The api does not answer")
}
