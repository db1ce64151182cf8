package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

func TestSummary(t *testing.T) {
	text, err := plan.Summary(`{"schema": 1, "run": {"name": "n", "status": "failed", "seconds": 57.26},
		"steps": [{"name": "machine", "status": "passed", "seconds": 1.02}, {"name": "drill", "status": "unfinished", "seconds": null}],
		"drills": [{"name": "website-down", "status": "failed", "way": "grafana", "seconds": {"fault_to_notification": 12.04, "repair_to_resolved": null}}]}`)
	require.NoError(t, err)
	require.Equal(t, `run n: failed, 57.3 s
step machine: passed, 1.0 s
step drill: unfinished, 0.0 s
drill website-down by grafana: failed, notified after 12.0 s, resolved after -
`, text)

	_, err = plan.Summary("{")
	require.ErrorContains(t, err, "read the run's summary.json: ")
}

func TestTailIsTheEnd(t *testing.T) {
	require.Equal(t, "one\ntwo\n", plan.Tail("one\ntwo\n"))
	long := ""
	for range 50 {
		long += "line\n"
	}
	require.Equal(t, long[:20*len("line\n")], plan.Tail(long))
}

// What drill --dry-run would touch is all that it is asked for.
func TestWhatWasFoundIsSaidWhereNoReportIs(t *testing.T) {
	require.Equal(t, "website-down: demo/Deployment/website\ndeployed\n", plan.Said("website-down: demo/Deployment/website\n", "deployed\n"))
	require.Equal(t, "deployed\n", plan.Said("", "deployed\n"))
	require.Equal(t, "website-down: demo/Deployment/website\n", plan.Said("website-down: demo/Deployment/website\n", ""))
}

func TestAFailureSaysHowItsReportIsHad(t *testing.T) {
	err := plan.Failed("drill", plan.Options{Name: "n"}, 2, "run n: failed, 1.0 s\n")
	require.EqualError(t, err, `drill failed with exit status 2
run n: failed, 1.0 s
the report, without another run: dagger call --name n drill --keep-going report export --path out, with the other options as before`)

	err = plan.Failed("drill", plan.Options{Name: "n", Docker: true}, 2, "run n: failed, 1.0 s\n")
	require.NotContains(t, err.Error(), "without another run")
}
