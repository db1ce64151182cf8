package channels

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/server"
)

// sender has results, and puts into inbox what it sends.
type sender struct {
	results []Result
	err     error
	inbox   *inbox
	channel string
}

func (s sender) Send(_ context.Context, summary string) ([]Result, error) {
	if s.channel != "" {
		alarm := server.Notified{Annotations: map[string]string{"summary": summary}}
		s.inbox.notes = append(s.inbox.notes, server.Notification{
			ID: int64(len(s.inbox.notes) + 1), Channel: s.channel, Receiver: "grafana", Alarms: []server.Notified{alarm},
		})
	}
	return s.results, s.err
}

type inbox struct{ notes []server.Notification }

func (i *inbox) Since(_ context.Context, id int64) (later []server.Notification, last int64, err error) {
	for _, n := range i.notes {
		if n.ID > id {
			later = append(later, n)
		}
		last = n.ID
	}
	return later, last, nil
}

func TestTest(t *testing.T) {
	i := &inbox{notes: []server.Notification{{ID: 1, Channel: "mail", Receiver: "grafana"}}}
	results, err := Test(t.Context(), Options{Mark: "m4rk", Inbox: i, Senders: []Sender{
		sender{err: errors.New("Alertmanager does not answer")},
		sender{inbox: i, channel: "webhook", results: []Result{
			{By: "grafana", Receiver: "grafana", Integration: "webhook", Delivered: true},
			{By: "grafana", Receiver: "grafana", Integration: "email", Problem: "no such host"},
			{By: "grafana", Receiver: "chat", Integration: "slack", Delivered: true},
		}},
	}})
	require.EqualError(t, err, "Alertmanager does not answer\nreceiver grafana of grafana: its email did not deliver: no such host")
	var text strings.Builder
	require.NoError(t, Table(&text, results))
	golden.Equal(t, "testdata/table.txt", text.String())
}
