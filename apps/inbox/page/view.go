// Package page shows people what came to the inbox.
package page

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"firedrill/apps/inbox/mailbox"
)

// The page is for reading; what is beyond these bounds is in the API.
const (
	maxShown  = 50   // notifications
	maxAlarms = 10   // of a notification
	maxText   = 2000 // bytes
)

// entry is one notification as page.html shows it.
type entry struct {
	mailbox.Notification
	Alarms []alarm
	// More is how many alarms are left out.
	More int
	// Raw is the body of a webhook that is no group of alarms.
	Raw string
	// Text is the text of a mail.
	Text string
}

// alarm is one alarm of a notification.
type alarm struct {
	Status      string
	Name        string
	Summary     string
	Description string
	Labels      []label
	StartsAt    time.Time
	Links       []link
}

type label struct{ Name, Value string }

type link struct{ Text, URL string }

// group is the part of Alertmanager's and Grafana's JSON that is shown.
type group struct {
	Alerts []struct {
		Status       string            `json:"status"`
		Labels       map[string]string `json:"labels"`
		Annotations  map[string]string `json:"annotations"`
		StartsAt     time.Time         `json:"startsAt"`
		GeneratorURL string            `json:"generatorURL"`
	} `json:"alerts"`
}

func newEntry(n mailbox.Notification) entry {
	e := entry{Notification: n}
	if n.Mail != nil {
		e.Text = shorten(n.Mail.Text)
		return e
	}
	var g group
	if err := json.Unmarshal(n.Body, &g); err != nil || len(g.Alerts) == 0 {
		e.Raw = shorten(string(n.Body))
		return e
	}
	shown := min(len(g.Alerts), maxAlarms)
	e.More = len(g.Alerts) - shown
	for _, a := range g.Alerts[:shown] {
		e.Alarms = append(e.Alarms, alarm{
			Status:      mailbox.Status(a.Status),
			Name:        name(a.Labels),
			Summary:     shorten(a.Annotations["summary"]),
			Description: shorten(a.Annotations["description"]),
			Labels:      labels(a.Labels),
			StartsAt:    a.StartsAt.UTC(),
			Links: links(
				link{"dashboard", a.Annotations["dashboard_url"]},
				link{"runbook", a.Annotations["runbook_url"]},
				link{"query", a.GeneratorURL},
			),
		})
	}
	return e
}

func name(labels map[string]string) string {
	if labels["alertname"] == "" {
		return "an alarm without a name"
	}
	return labels["alertname"]
}

// links leaves out what the alarm doesn't have and what is no link.
func links(all ...link) []link {
	var out []link
	for _, l := range all {
		if strings.HasPrefix(l.URL, "http://") || strings.HasPrefix(l.URL, "https://") {
			out = append(out, l)
		}
	}
	return out
}

// labels returns an alarm's labels but its name, sorted.
func labels(all map[string]string) []label {
	var out []label
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != "alertname" {
			out = append(out, label{name, shorten(all[name])})
		}
	}
	return out
}

func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + " …"
}
