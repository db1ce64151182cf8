package drill

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

// On a cluster that others use too, nobody may take a drill for the real thing.
func TestMarks(t *testing.T) {
	const (
		website  = `the webhook for receiver alertmanager, that WebsiteDown{namespace="demo"} is `
		noLabel  = `, is not marked: it has no label drill="true"`
		noPrefix = `, is not marked: its summary "Website website is down" does not begin with [DRILL]`
	)
	for name, c := range map[string]struct {
		label, summary string
		pageForReal    bool
		want           []string
	}{
		"marked":               {"true", "[DRILL] Website website is down", false, nil},
		"no label":             {"", "[DRILL] Website website is down", false, []string{website + "firing" + noLabel, website + "resolved" + noLabel}},
		"another value":        {"false", "[DRILL] Website website is down", false, []string{website + "firing" + noLabel}},
		"no prefix":            {"true", "Website website is down", false, []string{website + "firing" + noPrefix, website + "resolved" + noPrefix, "the mail for receiver alertmanager@firedrill.example, that", "the webhook for receiver grafana, that"}},
		"neither":              {"", "Website website is down", false, []string{website + "firing" + noLabel, website + "firing" + noPrefix}},
		"meant to wake people": {"", "Website website is down", true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.annotations["summary"] = c.summary
				if c.label != "" {
					w.sent = map[string]string{"drill": c.label}
				}
				d := websiteDown()
				d.Channels = []string{"webhook", "mail"}
				result, err := Run(t.Context(), Options{Servers: w.servers(), Against: &Against{Namespace: "demo", PageForReal: c.pageForReal}}, d)
				require.NotNil(t, result.Ways[0].Times.Resolved, "its end is watched all the same")
				if len(c.want) == 0 {
					require.NoError(t, err)
					return
				}
				for _, want := range c.want {
					require.ErrorContains(t, err, want)
				}
				require.NotRegexp(t, "the mail [^\n]* has no label", err.Error(), "a mail need not list labels")
			})
		})
	}
}

// An alarm that the drill announces wakes people as much as its own.
func TestMarksOfOtherNotifications(t *testing.T) {
	fault := time.Unix(10, 0)
	note := func(rule, status, namespace, mark string, at int64) server.Notification {
		return server.Notification{Channel: "webhook", Receiver: "alertmanager", Received: time.Unix(at, 0), Alarms: []server.Notified{{
			Status: status, Labels: map[string]string{"alertname": rule, "namespace": namespace, "drill": mark}, Annotations: map[string]string{"summary": "[DRILL] x"},
		}}}
	}
	d := websiteDown()
	d.Also = []Announced{{Rule: "ApiDown", Labels: map[string]string{"namespace": "demo"}}}
	for name, c := range map[string]struct {
		note server.Notification
		want string
	}{
		"announced":             {note("ApiDown", "firing", "demo", "", 11), `the webhook for receiver alertmanager, that ApiDown{namespace="demo"} is firing, is not marked: it has no label drill="true"`},
		"the end of announced":  {note("ApiDown", "resolved", "demo", "", 11), `the webhook for receiver alertmanager, that ApiDown{namespace="demo"} is resolved, is not marked: it has no label drill="true"`},
		"its own end":           {note("WebsiteDown", "resolved", "demo", "", 11), `the webhook for receiver alertmanager, that WebsiteDown{namespace="demo"} is resolved, is not marked: it has no label drill="true"`},
		"announced and marked":  {note("ApiDown", "firing", "demo", "true", 11), ""},
		"of others":             {note("ApiDown", "firing", "shop", "", 11), ""},
		"from before the fault": {note("ApiDown", "firing", "demo", "", 9), ""},
	} {
		w := &way{drill: d, receiver: "alertmanager", marked: true}
		w.result.Times.Fault = &fault
		w.seen.notes = []server.Notification{c.note, c.note}
		err := w.checkMarks()
		if c.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.EqualError(t, err, c.want, "said once: %s", name)
	}
}
