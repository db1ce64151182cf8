package forward_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/forward"
)

// wire answers with the next of its statuses, and then with the last; 0 is no
// answer at all.
type wire struct {
	statuses []int
	bodies   []string
	at       []time.Duration
	start    time.Time
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	w.bodies = append(w.bodies, string(body))
	w.at = append(w.at, time.Since(w.start))
	status := w.statuses[min(len(w.bodies), len(w.statuses))-1]
	if status == 0 {
		return nil, errors.New("nobody there")
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Body: io.NopCloser(strings.NewReader(""))}, nil
}

// sent is what a URL with these answers gets within ten minutes.
func sent(t *testing.T, statuses []int, bodies ...string) *wire {
	w := &wire{statuses: statuses}
	synctest.Test(t, func(t *testing.T) {
		w.start = time.Now()
		f := forward.New([]string{"http://pager.example/"}, &http.Client{Transport: w}, slog.New(slog.DiscardHandler))
		for _, body := range bodies {
			f.Send(json.RawMessage(body))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		require.NoError(t, f.Run(ctx))
	})
	return w
}

func TestForwardsInOrder(t *testing.T) {
	require.Equal(t, []string{"1", "2"}, sent(t, []int{200}, "1", "2").bodies)
}

func TestTriesAgainUntilItIsTaken(t *testing.T) {
	w := sent(t, []int{0, 503, 202}, "1")
	require.Equal(t, []time.Duration{0, 2 * time.Second, 6 * time.Second}, w.at)
}

func TestGivesUpAndGoesOnWithTheNext(t *testing.T) {
	bodies := sent(t, []int{500}, "1", "2").bodies
	require.Equal(t, strings.Repeat("1", 8)+strings.Repeat("2", 8), strings.Join(bodies, ""))
}

func TestWhatIsTooMuchIsDropped(t *testing.T) {
	require.Len(t, sent(t, []int{200}, strings.Split(strings.Repeat("1,", 30), ",")[:30]...).bodies, 16)
}
