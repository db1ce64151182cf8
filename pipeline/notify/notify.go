// Package notify tells a chat or a webhook that a run has failed or recovered.
//
// The address is a secret: whoever knows a chat's webhook can write to it. No
// error of this package holds more of it than scheme and host. What is told is
// made of the names and figures of results; the texts of errors, which may quote
// a pod's log, are in the report and stay there.
package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// timeout is for one notification.
const timeout = 10 * time.Second

// Formats are the words for the forms of a notification. Auto tells by the host.
var Formats = []string{"auto", "generic", "slack", "teams"}

// Target is where notifications go.
type Target struct {
	url    *url.URL
	format string
	client *http.Client
}

// CheckFormat refuses a word that is none of Formats.
func CheckFormat(format string) error {
	if !slices.Contains(Formats, format) {
		return fmt.Errorf("notification format %q: choose one of %s", format, strings.Join(Formats, ", "))
	}
	return nil
}

// New checks address and format.
func New(address, format string) (*Target, error) {
	if err := CheckFormat(format); err != nil {
		return nil, err
	}
	at, err := url.Parse(address)
	// What url.Parse says quotes the address.
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, errors.New("the address of notifications is not of the form https://host/path (it is not shown: it may be secret)")
	}
	if format == "auto" {
		format = formatOf(at.Hostname())
	}
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // what is told goes to nobody else
	}}
	return &Target{url: at, format: format, client: client}, nil
}

// hosts are those of the chats' webhooks, by the end of their names.
var hosts = map[string]string{
	"slack.com": "slack", "slack-gov.com": "slack",
	"webhook.office.com": "teams", "logic.azure.com": "teams", "powerplatform.com": "teams", "powerautomate.com": "teams",
}

func formatOf(host string) string {
	for end, format := range hosts {
		if host == end || strings.HasSuffix(host, "."+end) {
			return format
		}
	}
	return "generic"
}

// String is as much of the address as may be shown.
func (t *Target) String() string { return t.url.Scheme + "://" + t.url.Host }

// Send posts a message.
func (t *Target) Send(ctx context.Context, m Message) error {
	body, err := json.Marshal(t.payload(m.bounded()))
	if err != nil {
		return fmt.Errorf("notify %s: %w", t, err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url.String(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("notify %s: no request can be made of its address", t)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := t.client.Do(request)
	if err != nil {
		var whole *url.Error // it quotes the address
		if errors.As(err, &whole) {
			err = whole.Err
		}
		return fmt.Errorf("notify %s: %w", t, err)
	}
	defer answer.Body.Close()
	// Read so that the server sees no connection that breaks; not shown, as it
	// may repeat what was asked for.
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("notify %s: it answered %d %s to the format %s", t, answer.StatusCode, http.StatusText(answer.StatusCode), t.format)
	}
	return nil
}

func (t *Target) payload(m Message) any {
	switch t.format {
	case "slack":
		return slack(m)
	case "teams":
		return teams(m)
	}
	return m
}
