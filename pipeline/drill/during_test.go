package drill

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill/fault"
)

// apiToo is a drill that breaks the api while the alarm of the website fires.
func apiToo() Drill {
	d, none := bothWays(), int32(0)
	d.During = []fault.Spec{{Scale: &fault.Scale{Namespace: "demo", Deployment: "api", Replicas: &none}}}
	return d
}

// What is broken during the alarm breaks when everybody has heard of it, stays so
// for a while, and is mended before the repair begins.
func TestDuring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		result, _, err := hold(t.Context(), w, apiToo())
		require.NoError(t, err)
		require.Equal(t, []string{"scale Deployment demo/api to 0"}, result.During)
		require.Len(t, w.scaled, 2)
		down, up := w.scaled[0], w.scaled[1]
		require.False(t, down.up)
		require.True(t, up.up)
		for _, way := range result.Ways {
			require.False(t, down.at.Before(*way.Times.Receiver), "way %s had notified", way.Way)
			require.False(t, way.Times.Repair.Before(up.at), "way %s: the repair is later", way.Way)
		}
		require.GreaterOrEqual(t, up.at.Sub(down.at), duringLasts)
		require.False(t, w.up.Before(up.at))
	})
}

func TestDuringIsLeftOutWhenNobodyWasNotified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.silence()
		w.grafana.silence()
		_, _, err := hold(t.Context(), w, apiToo())
		require.ErrorContains(t, err, "was not received by")
		require.Empty(t, w.scaled)
		require.Equal(t, 1, w.upAttempts, "the fault is undone all the same")
	})
}

func TestDuringThatCannotBeMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.backErr = errors.New("the server refused")
		result, _, err := hold(t.Context(), w, apiToo())
		require.ErrorContains(t, err, "undo the fault: scale Deployment demo/api back to 2: ")
		require.ErrorContains(t, err, "the server refused")
		require.Equal(t, Failed, result.Status)
		require.Equal(t, 1, w.upAttempts, "the website is mended all the same")
	})
}

func TestInterruptedDuringIsMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 18500*time.Millisecond, errors.New("ctrl-c"))
		defer cancel()
		_, _, err := hold(ctx, w, apiToo())
		require.ErrorContains(t, err, "interrupted: ctrl-c")
		require.Len(t, w.scaled, 2)
		require.Less(t, w.scaled[1].at.Sub(w.scaled[0].at), duringLasts, "at once")
		require.True(t, w.since(w.up, w.available))
	})
}

// Who is told again was told by an Alertmanager that has forgotten the first time.
func TestAlertmanagerThatForgets(t *testing.T) {
	const forgotten = `Alertmanager has forgotten what it had notified of: it sent WebsiteDown{job="probe", namespace="demo"} firing to alertmanager by webhook 2 times`
	disturbs := []string{"namespace/demo", "alertmanager"}
	for name, c := range map[string]struct {
		again    time.Duration
		during   []fault.Spec
		disturbs []string
		want     string
	}{
		"it tells again":    {9 * time.Second, apiToo().During, disturbs, forgotten},
		"it has kept it":    {0, apiToo().During, disturbs, ""},
		"it was left alone": {9 * time.Second, apiToo().During, disturbs[:1], ""},
		"nothing besides":   {9 * time.Second, nil, disturbs, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, d := newWorld(), websiteDown()
				w.again, d.During, d.Disturbs = c.again, c.during, c.disturbs
				result, _, err := hold(t.Context(), w, d)
				require.Equal(t, c.again > 0, len(result.Duplicates) == 1)
				if c.want == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, c.want)
				require.Equal(t, Failed, result.Status)
			})
		})
	}
}
