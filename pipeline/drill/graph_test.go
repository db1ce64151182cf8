package drill

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// limited is a drill whose report draws a limit beside its graph.
func limited() Drill {
	d := websiteDown()
	d.Graph.Limit = "limit_bytes"
	return d
}

func TestGraphLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.limit = "limit_bytes"
		result, _, err := hold(t.Context(), w, limited())
		require.NoError(t, err)
		require.Equal(t, "limit_bytes", result.Graph.Limit)
		require.Len(t, result.Graph.LimitSamples, len(result.Graph.Samples))
		require.InDelta(t, 96, result.Graph.LimitSamples[0].Value, 0)
		require.InDelta(t, 0, result.Graph.Samples[0].Value, 0, "the curve itself is another one")
	})
}

func TestGraphLimitThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.limit, w.limitErr = "limit_bytes", errors.New("parse error")
		result, _, err := hold(t.Context(), w, limited())
		require.EqualError(t, err, "read the data of the graph's limit: parse error")
		require.Equal(t, Failed, result.Status)
	})
}

// The alarm may be faster than who measures: its repair would end the curve.
func TestRepairWaitsForTheGraph(t *testing.T) {
	for name, c := range map[string]struct{ drawn, want time.Duration }{
		"there already": {time.Second, 7 * time.Second},
		"later":         {25 * time.Second, 25 * time.Second},
		"never":         {0, 7*time.Second + drawnWithin},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.limit, w.drawn = "limit_bytes", c.drawn
				result, events, err := hold(t.Context(), w, limited())
				require.NoError(t, err)
				times := result.Ways[0].Times
				require.InDelta(t, c.want.Seconds(), times.Repair.Sub(*times.Fault).Seconds(), 1)
				const said = "the graph did not come near its limit within 30s: 0 of 96"
				require.Equal(t, name == "never", strings.Contains(messagesOf(events), said))
			})
		})
	}
}
