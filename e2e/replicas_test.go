//go:build e2e

package e2e_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Prometheus of two and an Alertmanager of three end while an alarm fires, and
// are gone while another one begins and ends: each alarm reaches its receivers, and
// so does its end, and neither comes twice.
func TestNothingIsLostOrDoubledWhenReplicasDie(t *testing.T) {
	s := newSite(t)
	p := s.start("deploy-and-test", "--content", "firedrill-ha.yaml", "--name", "e2e-replicas")
	require.Zero(t, p.wait(), p.stderr())
	var summary struct {
		Drills []struct {
			Name, Status string
			Duplicates   []any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, filepath.Join(p.out, "summary.json"))), &summary))
	names := []string{}
	for _, d := range summary.Drills {
		names = append(names, d.Name)
		require.Equal(t, "passed", d.Status, d.Name)
		require.Empty(t, d.Duplicates, d.Name)
	}
	require.ElementsMatch(t, []string{"one-of-each-dies", "one-of-each-is-gone"}, names)
	s.requireNothingLeft()
}
