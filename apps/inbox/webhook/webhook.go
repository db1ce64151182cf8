// Package webhook takes notifications over HTTP, as Alertmanager and Grafana
// send them.
package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"unicode/utf8"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/serve"
)

// Pattern is the route: the last element of the path is the receiver.
const Pattern = "POST /webhook/{receiver}"

// MaxBody is the largest notification that is taken. One of Alertmanager has
// about 1 KiB an alarm.
const MaxBody = 1 << 20

// Box is where notifications go.
type Box interface {
	Add(n mailbox.Notification) mailbox.Notification
}

// Taker takes what is not meant for the box, and tells whether it did.
type Taker func(n mailbox.Notification) bool

// New returns what takes notifications into the box, but for those that the
// taker takes. It takes any JSON: a notification that is not as expected is
// worth reading too. Only those who stand for a chat refuse what the chat would.
func New(box Box, taken Taker, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := read(w, r)
		if !ok {
			return
		}
		n := mailbox.Notification{
			Channel:  mailbox.Webhook,
			Receiver: r.PathValue("receiver"),
			From:     r.RemoteAddr,
			Status:   status(body),
			Body:     body,
		}
		if taken(n) {
			serve.JSON(w, http.StatusAccepted, struct{}{})
			return
		}
		chat, isChat := chats[n.Receiver]
		if isChat {
			if err := chat.check(body); err != nil {
				log.Warn("no message of this chat", "receiver", n.Receiver, "error", err)
				chat.refuse(w, err)
				return
			}
		}
		n = box.Add(n)
		log.Info("notification", "id", n.ID, "channel", n.Channel, "receiver", n.Receiver, "status", n.Status)
		if isChat {
			chat.accept(w)
			return
		}
		serve.JSON(w, http.StatusAccepted, map[string]int64{"id": n.ID})
	})
}

// read returns the body if it can be kept, and otherwise answers why not.
func read(w http.ResponseWriter, r *http.Request) (body json.RawMessage, ok bool) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		serve.Error(w, http.StatusRequestEntityTooLarge, "the notification is larger than %d bytes", MaxBody)
		return nil, false
	case err != nil:
		serve.Error(w, http.StatusBadRequest, "read the notification: %v", err)
		return nil, false
	case !utf8.Valid(raw):
		serve.Error(w, http.StatusBadRequest, "the notification is not UTF-8")
		return nil, false
	}
	// Compact both checks the JSON and makes a copy of just its size.
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		serve.Error(w, http.StatusBadRequest, "the notification is not JSON: %v", err)
		return nil, false
	}
	return bytes.Clone(compact.Bytes()), true
}

// status reads the status of a group of alarms, if the JSON is one.
func status(body []byte) string {
	var group struct {
		Status string `json:"status"`
	}
	if json.Unmarshal(body, &group) != nil {
		return ""
	}
	return mailbox.Status(group.Status)
}
