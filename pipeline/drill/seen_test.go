package drill

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

// restarting answers by turns, and keeps what it was asked.
type restarting struct {
	Inbox
	answers []func() ([]server.Notification, int64, error)
	asked   []int64
}

func (r *restarting) Since(_ context.Context, id int64) ([]server.Notification, int64, error) {
	r.asked = append(r.asked, id)
	return r.answers[len(r.asked)-1]()
}

// An inbox that is started anew during a drill counts from 1 again. What it had
// told before is kept, and what it tells since is read, each once.
func TestNotificationsOfAnInboxThatIsStartedAnew(t *testing.T) {
	gives := func(last int64, receivers ...string) func() ([]server.Notification, int64, error) {
		var notes []server.Notification
		for _, receiver := range receivers {
			notes = append(notes, server.Notification{Receiver: receiver})
		}
		return func() ([]server.Notification, int64, error) { return notes, last, nil }
	}
	away := errors.New("no endpoints available")
	inbox := &restarting{answers: []func() ([]server.Notification, int64, error){
		gives(41, "before"),
		func() ([]server.Notification, int64, error) { return nil, 41, away },
		gives(1, "after"), gives(1), gives(2, "later"),
	}}
	var w way
	w.inbox = inbox
	w.lookInbox(t.Context())
	w.lookInbox(t.Context())
	require.ErrorIs(t, w.seen.notesErr, away)
	for range 3 {
		w.lookInbox(t.Context())
		require.NoError(t, w.seen.notesErr)
	}
	require.Equal(t, []int64{0, 41, 41, 1, 1}, inbox.asked)
	var receivers []string
	for _, n := range w.seen.notes {
		receivers = append(receivers, n.Receiver)
	}
	require.Equal(t, []string{"before", "after", "later"}, receivers)
}
