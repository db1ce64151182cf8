package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// chat is how a chat answers, which no other receiver does: Alertmanager and
// Grafana take anything but its word for a failure, and it takes messages of its
// own format only.
type chat struct {
	word string
	// check says what the chat has against a message.
	check func(body []byte) error
}

// chats by the receiver that stands for them.
var chats = map[string]chat{"slack": {"ok", checkSlack}, "teams": {"1", checkTeams}}

// accept answers that the message has been taken.
func (c chat) accept(w http.ResponseWriter) { c.answer(w, http.StatusOK, c.word) }

// refuse answers why not, beginning with Slack's word for it.
func (c chat) refuse(w http.ResponseWriter, why error) {
	c.answer(w, http.StatusBadRequest, "invalid_payload: "+why.Error())
}

func (c chat) answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // who asked may have gone
}

// checkSlack wants what an incoming webhook of Slack wants: something to read.
func checkSlack(body []byte) error {
	var message struct {
		Text        string `json:"text"`
		Attachments []struct {
			Fallback string `json:"fallback"`
			Title    string `json:"title"`
			Text     string `json:"text"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return err
	}
	if message.Text == "" && len(message.Attachments) == 0 {
		return errors.New("it has neither text nor attachments")
	}
	for i, a := range message.Attachments {
		if a.Fallback == "" {
			return fmt.Errorf("attachments[%d] has no fallback", i)
		}
	}
	return nil
}

// The types that a message to Teams names.
const (
	adaptiveCard     = "AdaptiveCard"
	adaptiveCardType = "application/vnd.microsoft.card.adaptive"
)

// card is an Adaptive Card, as far as it is looked at.
type card struct {
	Type    string `json:"type"`
	Version string `json:"version"`
	Body    []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"body"`
}

// checkTeams wants what a workflow of Teams wants: a message of Adaptive Cards. The
// older MessageCard is not served any more.
func checkTeams(body []byte) error {
	var message struct {
		Type        string `json:"type"`
		Attachments []struct {
			ContentType string `json:"contentType"`
			Content     card   `json:"content"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return err
	}
	if message.Type != "message" || len(message.Attachments) == 0 {
		return fmt.Errorf("it is a %q with %d attachments, not a message with a card", message.Type, len(message.Attachments))
	}
	for i, a := range message.Attachments {
		if a.ContentType != adaptiveCardType {
			return fmt.Errorf("attachments[%d] is %q, not %s", i, a.ContentType, adaptiveCardType)
		}
		if err := a.Content.check(); err != nil {
			return fmt.Errorf("attachments[%d].content: %w", i, err)
		}
	}
	return nil
}

func (c card) check() error {
	if c.Type != adaptiveCard || c.Version == "" || len(c.Body) == 0 {
		return fmt.Errorf("type %q, version %q and %d elements in its body make no card", c.Type, c.Version, len(c.Body))
	}
	for i, e := range c.Body {
		if e.Type == "" || e.Type == "TextBlock" && e.Text == "" {
			return fmt.Errorf("body[%d] is a %q without text", i, e.Type)
		}
	}
	return nil
}
