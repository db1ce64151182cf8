package main

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/api/quote"
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
