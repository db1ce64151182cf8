package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFindCluster: "kept" runs stand, "killed" ones are left-overs.
func TestFindCluster(t *testing.T) {
	for name, c := range map[string]struct {
		kept, killed     []string
		name, kubeconfig string
		want, wantError  string
	}{
		"the only one":                {kept: []string{"a"}, want: "a"},
		"a killed one does not count": {kept: []string{"a"}, killed: []string{"b"}, want: "a"},
		"the named one":               {kept: []string{"a", "b"}, name: "b", want: "b"},
		"one of several":              {kept: []string{"a", "b"}, wantError: "several runs were kept: choose one with --name: a, b"},
		"none":                        {killed: []string{"b"}, wantError: "no cluster: create one with `firedrill up`, or name one with --kubeconfig FILE"},
		"none of that name":           {kept: []string{"a"}, name: "c", wantError: "no run \"c\": `firedrill up --name c` creates it"},
		"the user's":                  {kept: []string{"a"}, kubeconfig: "config", want: "existing-cluster"},
		"the user's, named":           {kept: []string{"a"}, kubeconfig: "config", name: "staging", want: "staging"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := site(t)
			o.Name, o.Kubeconfig = c.name, c.kubeconfig
			for _, run := range append(c.kept, c.killed...) {
				leave(t, o, run)
			}
			for _, run := range c.kept {
				require.NoError(t, o.runs().Open(run).Keep())
			}
			s := &state{options: o}
			err := s.findCluster(t.Context())
			if c.wantError != "" {
				require.EqualError(t, err, c.wantError)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, s.run.Name)
		})
	}
}
