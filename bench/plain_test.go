package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

func TestParsePlain(t *testing.T) {
	run, err := parsePlain("cluster create 27.25\ncluster images 16.5\ndeploy inbox 9\n" +
		"latency website-down/fault_to_notification 9.5\ndrill website-down 21\nteardown delete 12\n")
	require.NoError(t, err)
	require.Equal(t, []Part{{"cluster", 43.75}, {"deploy", 9}, {"drill", 21}, {"teardown", 12}}, run.Steps)
	require.Equal(t, []Part{
		{"cluster/create", 27.25}, {"cluster/images", 16.5}, {"deploy/inbox", 9}, {"drill/website-down", 21}, {"teardown/delete", 12},
	}, run.Parts)
	require.Equal(t, []Part{{"website-down/fault_to_notification", 9.5}}, run.Latencies)
}

func TestParsePlainRefusesOtherOutput(t *testing.T) {
	for _, line := range []string{"cluster create", "cluster create soon", "Creating cluster ... 3"} {
		_, err := parsePlain("deploy inbox 9\n" + line + "\n")
		require.ErrorContains(t, err, line)
	}
}

func TestAPIPath(t *testing.T) {
	require.Equal(t, "/api/v1/namespaces/monitoring/services/http:inbox:8080/proxy",
		apiPath(server.Endpoint{Namespace: "monitoring", Service: "inbox", Port: 8080}))
}
