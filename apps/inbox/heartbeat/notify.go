package heartbeat

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"firedrill/apps/inbox/mailbox"
)

// Receiver is the receiver of the notifications that the inbox makes itself.
const Receiver = "inbox"

// group is a notification as Alertmanager's webhooks have it, version 4.
type group struct {
	Version           string            `json:"version"`
	GroupKey          string            `json:"groupKey"`
	TruncatedAlerts   int               `json:"truncatedAlerts"`
	Status            string            `json:"status"`
	Receiver          string            `json:"receiver"`
	GroupLabels       map[string]string `json:"groupLabels"`
	CommonLabels      map[string]string `json:"commonLabels"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	ExternalURL       string            `json:"externalURL"`
	Alerts            []alarm           `json:"alerts"`
}

// alarm is an alarm in a notification.
type alarm struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
}

// notify puts a notification into the inbox's own box, and sends it on.
func (w *Watch) notify(status string, end time.Time) {
	rule := w.orders.Rule
	labels := rule.labels()
	name := map[string]string{"alertname": rule.Alert}
	body, err := json.Marshal(group{
		Version:           "4",
		GroupKey:          fmt.Sprintf("{}:{alertname=%q}", rule.Alert),
		Status:            status,
		Receiver:          Receiver,
		GroupLabels:       name,
		CommonLabels:      labels,
		CommonAnnotations: rule.Annotations,
		Alerts: []alarm{{
			Status: status, Labels: labels, Annotations: rule.Annotations,
			StartsAt: w.firing.UTC(), EndsAt: end.UTC(), Fingerprint: fingerprint(labels),
		}},
	})
	if err != nil {
		panic(fmt.Sprintf("a notification of our own is no JSON: %v", err)) // it is texts and times
	}
	w.box.Add(mailbox.Notification{Channel: mailbox.Webhook, Receiver: Receiver, From: Receiver, Status: status, Body: body})
	w.forward(body)
}

// fingerprint tells one alarm from another by its labels.
func fingerprint(labels map[string]string) string {
	hash := fnv.New64a()
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		_, _ = fmt.Fprintf(hash, "%q=%q,", key, labels[key])
	}
	return fmt.Sprintf("%016x", hash.Sum64())
}
