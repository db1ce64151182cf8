package server

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Mail is what a mail says, as plain text.
type Mail struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

var (
	// pair is a line that gives a label or an annotation, as Grafana writes it,
	// "summary = …", and as people do, "- summary: …".
	pair = regexp.MustCompile(`^[\s*-]*([a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=|:\s)\s*(.*\S)\s*$`)
	// section is a line after which all alarms have one status: "(2) Firing",
	// "Resolved:", "**Firing**".
	section = regexp.MustCompile(`(?im)^\W*(?:\d+\W+)?(firing|resolved)\W*$`)
	// head is the first line of an alarm: "[firing] Website shop is down".
	head = regexp.MustCompile(`(?i)^\W*\[(firing|resolved)\]\s+(.*\S)\s*$`)
)

// alarms reads the alarms out of a mail: each is a run of lines that give its
// labels and annotations, until one is given again. A text in which no line
// does so is taken for one alarm, of which the words are all that is known.
// Status is the mail's.
func (m Mail) alarms(status string) []Notified {
	all := []Notified{m.alarm(status)}
	// Where there are sections, what looks like an alarm's first line is the subject,
	// which Grafana repeats.
	sections := section.MatchString(m.Text)
	for line := range strings.Lines(m.Text) {
		last := &all[len(all)-1]
		isSection, isHead, isPair := section.FindStringSubmatch(line), head.FindStringSubmatch(line), pair.FindStringSubmatch(line)
		switch {
		case isSection != nil:
			all = append(all, m.alarm(strings.ToLower(isSection[1])))
		case isHead != nil && !sections:
			all = append(all, m.alarm(strings.ToLower(isHead[1])))
			all[len(all)-1].note("summary", isHead[2])
		case len(isPair) > 0 && !last.note(isPair[1], isPair[2]):
			all = append(all, m.alarm(last.Status))
			all[len(all)-1].note(isPair[1], isPair[2])
		}
		all[len(all)-1].Text += line
	}
	// What stands before the first alarm and between them is none.
	all = slices.DeleteFunc(all, func(n Notified) bool { return len(n.Annotations) == 0 })
	if len(all) == 0 {
		return []Notified{{Status: status, Text: m.Subject + "\n" + m.Text}}
	}
	return all
}

// alarm begins one, of which the subject speaks too.
func (m Mail) alarm(status string) Notified { return Notified{Status: status, Text: m.Subject + "\n"} }

// unescape undoes what Grafana does to the plain text of a mail too: it writes
// &amp; for an ampersand.
var unescape = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&#43;", "+")

// annotations are what an alarm's notification gives besides labels. A mail
// does not tell one from the other.
var annotations = []string{"summary", "description", "runbook_url", "dashboard_url"}

// note adds a label or an annotation, unless it is there already.
func (n *Notified) note(key, value string) bool {
	if n.Labels == nil {
		n.Labels, n.Annotations = map[string]string{}, map[string]string{}
	}
	to := n.Labels
	if slices.Contains(annotations, key) {
		to = n.Annotations
	}
	if _, there := to[key]; there {
		return false
	}
	to[key] = unescape.Replace(value)
	if key == "since" { // as the chart has Alertmanager write
		n.StartsAt, _ = time.Parse(time.RFC3339, value) // no time is none
	}
	return true
}

// Is tells whether n is an alarm of the rule with those labels. Labels that a
// mail does not list must at least be among its words.
func (n Notified) Is(rule string, labels map[string]string) bool {
	if !n.has("alertname", rule) {
		return false
	}
	for name, value := range labels {
		if !n.has(name, value) {
			return false
		}
	}
	return true
}

func (n Notified) has(label, value string) bool {
	if got, ok := n.Labels[label]; ok || n.Text == "" {
		return ok && got == value
	}
	word, err := regexp.Compile(`(^|[^\w-])` + regexp.QuoteMeta(value) + `([^\w-]|$)`)
	return err == nil && word.MatchString(n.Text)
}
