// Package mailbox keeps the notifications that came, the newest of them, and
// wakes whoever waits for the next one.
package mailbox

import (
	"encoding/json"
	"strings"
	"time"
)

// The channels on which notifications come.
const (
	Webhook = "webhook"
	MailIn  = "mail"
)

// What a notification says about its alarms.
const (
	Firing   = "firing"
	Resolved = "resolved"
)

// Notification is one notification that came.
type Notification struct {
	// ID grows by one with each notification, also over a Clear.
	ID       int64     `json:"id"`
	Received time.Time `json:"received"`
	// Channel is Webhook or MailIn.
	Channel string `json:"channel"`
	// Receiver is the last part of the webhook's path or the mail's recipient.
	Receiver string `json:"receiver"`
	// From is the network address of who sent it.
	From string `json:"from"`
	// Status is Firing, Resolved, or empty if the notification doesn't say.
	Status string `json:"status"`
	// Body is what a webhook brought, as it came.
	Body json.RawMessage `json:"body"`
	Mail *Mail           `json:"mail"`
}

// Mail is what a mail brought.
type Mail struct {
	From    string   `json:"from"`
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
}

// Status returns Firing or Resolved if the word is one of them, in capitals
// or not, and otherwise nothing.
func Status(word string) string {
	switch status := strings.ToLower(strings.TrimSpace(word)); status {
	case Firing, Resolved:
		return status
	}
	return ""
}

// overhead is about what a notification takes besides its contents.
const overhead = 512

// size is about what the notification takes in memory.
func (n Notification) size() int {
	size := overhead + len(n.Receiver) + len(n.From) + len(n.Body)
	if n.Mail != nil {
		size += len(n.Mail.From) + len(n.Mail.Subject) + len(n.Mail.Text)
		for _, to := range n.Mail.To {
			size += len(to)
		}
	}
	return size
}
