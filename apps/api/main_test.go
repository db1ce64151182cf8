package main

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/api/quote"
	"firedrill/apps/peer/peertest"
	"firedrill/apps/program/programtest"
)

func TestAPI(t *testing.T) {
	address := programtest.Start(t, "api", configure, []string{"-listen=127.0.0.1:0", "-admin-listen=127.0.0.1:0", "-drain=0s"}, "serving HTTP")[0]
	response, err := http.Get("http://" + address + quote.Path)
	require.NoError(t, err)
	defer response.Body.Close()

	var q quote.Quote
	require.NoError(t, json.NewDecoder(response.Body).Decode(&q))
	pod, err := os.Hostname()
	require.NoError(t, err)
	require.Equal(t, pod, q.Pod)
}

// With a certificate of its own it answers whoever shows one, and nobody else.
func TestQuotesAreForPeers(t *testing.T) {
	authority, folder := peertest.New(t), t.TempDir()
	authority.Write(t, folder, authority)
	addresses := programtest.Start(t, "api", configure,
		append(peertest.Flags(folder), "-listen=127.0.0.1:0", "-listen-tls=127.0.0.1:0", "-admin-listen=127.0.0.1:0", "-drain=0s"), "serving HTTP", "serving HTTPS")

	trusted := &http.Client{Transport: authority.Start(t).Transport()}
	response, err := trusted.Get("https://" + addresses[1] + quote.Path)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)

	plain, err := http.Get("http://" + addresses[0] + quote.Path)
	require.NoError(t, err)
	defer plain.Body.Close()
	require.Equal(t, http.StatusForbidden, plain.StatusCode)
}
