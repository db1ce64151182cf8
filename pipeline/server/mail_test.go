package server

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// One mail of Grafana in its own words: two alarms fire, one has ended.
func TestMailOfGrafana(t *testing.T) {
	m := Mail{Subject: "[FIRING:2, RESOLVED:1] WebsiteDown Alarms", Text: read(t, "grafana-mail.txt")}
	alarms := m.alarms("firing")
	require.Len(t, alarms, 3, "what stands before the first alarm is none")
	require.Equal(t, "firing", alarms[0].Status)
	require.Equal(t, map[string]string{
		"alertname": "WebsiteDown", "grafana_folder": "Alarms", "namespace": "demo", "website": "website",
	}, alarms[0].Labels)
	require.Equal(t, "https://runbooks.example.org/WebsiteDown.md", alarms[0].Annotations["runbook_url"])
	require.Equal(t, "http://localhost:3000/d/website/website?viewPanel=1&var-namespace=demo", alarms[0].Annotations["dashboard_url"])
	require.Equal(t, "shop", alarms[1].Labels["namespace"])
	require.Equal(t, "resolved", alarms[2].Status, "each section has its own status")
	require.Equal(t, "Website old in namespace test is down", alarms[2].Annotations["summary"])

	require.True(t, alarms[0].Is("WebsiteDown", map[string]string{"namespace": "demo"}))
	require.False(t, alarms[1].Is("WebsiteDown", map[string]string{"namespace": "demo"}))
	require.False(t, alarms[0].Is("WebsiteSlow", nil))
}

// The first line of such a mail repeats the subject, which is no alarm.
func TestMailOfGrafanaThatAllIsWell(t *testing.T) {
	m := Mail{
		Subject: "[RESOLVED] WebsiteSlow shop (Alarms website warning)",
		Text:    "\n\n[RESOLVED] WebsiteSlow shop (Alarms website warning)\n----------------\n\n1 alert for\n\nalertname = WebsiteSlow\n\n(1) Resolved\n\nLabels:\n\nalertname = WebsiteSlow\n\nAnnotations:\n\nsummary = Website shop is slow\n",
	}
	alarms := m.alarms("resolved")
	require.Len(t, alarms, 1)
	require.Equal(t, "resolved", alarms[0].Status)
	require.Equal(t, map[string]string{"summary": "Website shop is slow"}, alarms[0].Annotations)
}

// A mail need not list labels: the rule's name and the labels' values must
// then be among its words.
func TestMailInWords(t *testing.T) {
	m := Mail{
		Subject: "[FIRING:1] WebsiteDown",
		Text:    "- summary: Website website in namespace demo is down\nrunbook_url: https://a/b\ndashboard_url: https://c/d\n",
	}
	alarms := m.alarms("firing")
	require.Len(t, alarms, 1)
	require.Equal(t, "firing", alarms[0].Status)
	require.Equal(t, "https://c/d", alarms[0].Annotations["dashboard_url"])
	require.True(t, alarms[0].Is("WebsiteDown", map[string]string{"namespace": "demo"}))
	require.False(t, alarms[0].Is("WebsiteDown", map[string]string{"namespace": "dem"}), "whole words only")
	require.False(t, alarms[0].Is("SiteDown", nil))
}

// Several alarms without sections begin where a line is given again.
func TestMailWithSeveralAlarms(t *testing.T) {
	m := Mail{Subject: "[RESOLVED] Down", Text: "summary: a in demo\nrunbook_url: https://a\nsummary: b in shop\nrunbook_url: https://b\n"}
	alarms := m.alarms("resolved")
	require.Len(t, alarms, 2)
	require.True(t, alarms[1].Is("Down", map[string]string{"namespace": "shop"}))
	require.False(t, alarms[1].Is("Down", map[string]string{"namespace": "demo"}))
	require.Equal(t, "resolved", alarms[1].Status)
}

// As the chart has Alertmanager write: a line with status and summary begins
// each alarm.
func TestMailOfAlertmanager(t *testing.T) {
	alarms := Mail{Subject: "[FIRING:1] WebsiteDown", Text: read(t, "alertmanager-mail.txt")}.alarms("firing")
	require.Len(t, alarms, 2)
	require.Equal(t, map[string]string{
		"summary":       "Website website in namespace demo is down",
		"runbook_url":   "https://runbooks.example.org/WebsiteDown.md",
		"dashboard_url": "http://localhost:3000/d/website/website?viewPanel=1&var-namespace=demo",
	}, alarms[0].Annotations)
	require.Equal(t, "firing", alarms[0].Status)
	require.Equal(t, "resolved", alarms[1].Status)
	require.Equal(t, time.Date(2026, 11, 22, 5, 40, 8, 0, time.UTC), alarms[0].StartsAt)
	require.True(t, alarms[0].Is("WebsiteDown", map[string]string{"namespace": "demo"}))
	require.True(t, alarms[1].Is("WebsiteDown", map[string]string{"namespace": "shop"}))
	require.False(t, alarms[1].Is("WebsiteDown", map[string]string{"namespace": "demo"}))
}

func TestMailThatGivesNothing(t *testing.T) {
	alarms := Mail{Subject: "Lunch", Text: "at noon?\n"}.alarms("")
	require.Equal(t, []Notified{{Text: "Lunch\nat noon?\n"}}, alarms)
	require.True(t, alarms[0].Is("Lunch", nil))
}

// Whatever a mail says, it is read, and each alarm's words are the mail's.
func FuzzMail(f *testing.F) {
	f.Add("[FIRING:1] X", "summary = a\nsummary = b\n(1) Resolved\nnamespace: demo")
	f.Add("", "=\n: \n * a: b\r\n")
	f.Fuzz(func(t *testing.T, subject, text string) {
		alarms := Mail{Subject: subject, Text: text}.alarms("firing")
		require.NotEmpty(t, alarms)
		for _, a := range alarms {
			require.True(t, strings.HasPrefix(a.Text, subject))
			a.Is(text, map[string]string{"namespace": subject})
			for _, v := range a.Annotations {
				require.Contains(t, unescape.Replace(text), v)
			}
		}
	})
}
