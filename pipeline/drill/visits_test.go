package drill

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// shop is an app that shows a new certificate every half minute, and takes a
// moment to answer.
type shop struct {
	opened time.Time
	// wrong says what is wrong so long after it was opened; nil: nothing ever is,
	// and the certificate stays the same.
	wrong func(since time.Duration) error
}

func (s *shop) Visit(ctx context.Context, v Visits) (url, serial string, err error) {
	select {
	case <-time.After(20 * time.Millisecond):
	case <-ctx.Done():
		return "https://" + v.App + v.Path, "", context.Cause(ctx)
	}
	if s.wrong == nil {
		return "https://" + v.App + v.Path, "c", nil
	}
	since := time.Since(s.opened)
	return "https://" + v.App + v.Path, "c" + strconv.Itoa(int(since/(30*time.Second))), s.wrong(since)
}

// unnoticed holds a drill without a rule while somebody visits.
func unnoticed(t *testing.T, wrong func(time.Duration) error) (*world, Result, error) {
	t.Helper()
	d := websiteDown()
	d.Rule, d.Ways, d.Labels, d.Channels, d.Graph = "", nil, nil, nil, nil
	d.Visits = &Visits{App: "inbox", Path: "/", Certificates: 3}
	w := newWorld()
	w.pending = never
	w.grafana.pending = never
	servers := w.servers()
	servers.Visitor = &shop{time.Now(), wrong}
	result, err := Run(t.Context(), Options{Servers: servers}, d)
	require.Equal(t, 1, w.upAttempts, "the fault is undone, once")
	return w, result, err
}

func TestNobodyNotices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, result, err := unnoticed(t, func(time.Duration) error { return nil })
		require.NoError(t, err)
		require.Equal(t, Passed, result.Status)
		require.Empty(t, result.Ways)
		require.Equal(t, []string{"c0", "c1", "c2"}, result.Visits.Certificates)
		require.Zero(t, result.Visits.Failed)
		require.InDelta(t, 5*time.Since(w.down).Seconds(), result.Visits.Requests, 10, "it asks until all is mended")
		require.Equal(t, "https://inbox/", result.Visits.URL)
	})
}

func TestOneRequestThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := false
		_, result, err := unnoticed(t, func(since time.Duration) error {
			if since < 40*time.Second || failed {
				return nil
			}
			failed = true
			return errors.New("the certificate is of last year")
		})
		require.ErrorContains(t, err, "1 of "+strconv.Itoa(result.Visits.Requests)+" requests for https://inbox/ failed, the first at 00:00:40")
		require.ErrorContains(t, err, "the certificate is of last year")
		require.Equal(t, 1, result.Visits.Failed)
		require.Equal(t, Failed, result.Status)
	})
}

func TestTooFewCertificates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, result, err := unnoticed(t, nil)
		require.ErrorContains(t, err, "https://inbox/ showed 1 different certificates within 3m0s of the fault, not 3")
		require.Equal(t, Failed, result.Status)
	})
}

// What is not right before the fault is not the fault's doing.
func TestNoFaultWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := websiteDown()
		d.Visits = &Visits{App: "inbox", Path: "/"}
		w := newWorld()
		servers := w.servers()
		servers.Visitor = &shop{time.Now(), func(time.Duration) error { return errors.New("404 Not Found") }}
		_, err := Run(t.Context(), Options{Servers: servers}, d)
		require.ErrorContains(t, err, "visit inbox before the fault, within 1m0s: 404 Not Found")
		require.True(t, w.down.IsZero())

		servers.Visitor = nil
		_, err = Run(t.Context(), Options{Servers: servers}, d)
		require.ErrorContains(t, err, "firedrill.yaml names no addresses")
	})
}

// A drill with a rule may have visitors too: what breaks must not break them.
func TestVisitsDuringAnAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := websiteDown()
		d.Visits = &Visits{App: "inbox", Path: "/"}
		w := newWorld()
		servers := w.servers()
		servers.Visitor = &shop{time.Now(), func(time.Duration) error { return nil }}
		result, err := Run(t.Context(), Options{Servers: servers}, d)
		require.NoError(t, err)
		require.InDelta(t, 5*result.Ways[0].Times.Resolved.Sub(w.down).Seconds(), result.Visits.Requests, 5, "from the fault to the end")
	})
}
