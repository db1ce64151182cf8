package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
	"firedrill/pipeline/scan/policy"
)

// stands is the site with a run that was kept.
func stands(t *testing.T) (Options, *told) {
	t.Helper()
	o, events := site(t)
	leave(t, o, "mine")
	require.NoError(t, o.runs().Open("mine").Keep())
	return o, events
}

// withRights has the policy that `firedrill scan rbac` asks for.
func withRights(t *testing.T, o Options) Options {
	t.Helper()
	there, err := filepath.Abs(filepath.Dir(o.Content))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(there)))
	o.Content = filepath.Join(dir, "firedrill.yaml")
	text, err := os.ReadFile(o.Content)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(o.Content, append(text, "policies: policies\n"...), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "policies"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "policies", "rbac.yaml"), []byte(`rights:
  - {subject: "group:developers", verbs: [get], resource: pods, allowed: true, reason: They look.}
`), 0o600))
	return o
}

// A cluster that another process changes as a whole is none to hold drills on.
func TestWhatWorksWithARunLeavesABusyOneAlone(t *testing.T) {
	for name, work := range map[string]func(Options) error{
		"drill": func(o Options) error {
			_, err := HoldDrillsAs(t.Context(), o, Drilling{})
			return err
		},
		"drill --recover":     func(o Options) error { return RecoverDrills(t.Context(), o, Drilling{}) },
		"certificates rotate": func(o Options) error { return RotateCertificates(t.Context(), o, time.Second) },
		"scan rbac": func(o Options) error {
			_, err := Scan(t.Context(), withRights(t, o), Scanning{Scans: []string{policy.RBAC}})
			return err
		},
		"rules mutate": func(o Options) error {
			_, err := MutateRules(t.Context(), o, Mutating{Release: "web", Promtool: neverAsked})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, events := stands(t)
			unlock, err := o.runs().Open("mine").Lock()
			require.NoError(t, err)
			defer unlock()
			require.ErrorContains(t, work(o), `lock run "mine": another process works with it`)
			require.NotContains(t, events.lines, "deploy: started", "no mutant is loaded that could not be taken out")
		})
	}
}

func TestARunIsNotRemovedUnderADrillButSharedByAnother(t *testing.T) {
	o, _ := stands(t)
	s, err := loadedState(t.Context(), o)
	require.NoError(t, err)
	require.NoError(t, s.findCluster(t.Context()))
	engine, held := holding("mine"), false
	require.NoError(t, s.sharing(func(ctx context.Context, _ event.Sink) error {
		removing := &state{options: o, runner: engine, made: made{machine: working()}}
		require.EqualError(t, removing.down(ctx, nil, true), "run mine: another process works with it; end that first")
		other := &state{options: o}
		require.NoError(t, other.findCluster(ctx))
		return other.sharing(func(context.Context, event.Sink) error {
			held = true
			return nil
		})(ctx, nil)
	})(t.Context(), nil))
	require.True(t, held)
	require.False(t, o.runs().Open("mine").Busy(), "after the drill")
	require.Equal(t, []string{"mine"}, runsOf(t, o))
}

// A session works with its run alone, its drills included.
func TestTheDrillsOfASessionDoNotWaitForIt(t *testing.T) {
	s, _ := running(t, "mine", holding("mine"))
	require.NoError(t, s.sharing(succeeds)(t.Context(), nil))
	s.run, s.options.Kubeconfig = s.options.runs().Open("mine"), "theirs"
	require.NoError(t, s.sharing(succeeds)(t.Context(), nil), "a cluster of the user's is nobody's run")
}
