package notify

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Message is a summary of a run. As JSON it is the generic format.
type Message struct {
	Schema int `json:"schema"` // 1; it grows when a field changes its meaning
	// Event is failed, "still failing" or recovered.
	Event string `json:"event"`
	// Command is which of firedrill's it was, Run the run's name.
	Command string    `json:"command"`
	Run     string    `json:"run"`
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	// Verdict is the run in one sentence.
	Verdict string `json:"verdict"`
	// Failed are the steps and the items of steps that failed.
	Failed []string `json:"failed"`
	// Slower are the steps and latencies that got slower.
	Slower []string `json:"slower"`
}

// What a message holds at most: chats refuse what is longer.
const (
	maxText = 250 // ten of them fit a section of Slack's, which takes 3000
	maxList = 10
)

func (m Message) bounded() Message {
	m.Schema = 1
	m.Command, m.Run, m.Verdict = short(m.Command), short(m.Run), short(m.Verdict)
	m.Failed, m.Slower = shortList(m.Failed), shortList(m.Slower)
	return m
}

func shortList(all []string) []string {
	list := []string{}
	for _, text := range all[:min(len(all), maxList)] {
		list = append(list, short(text))
	}
	if more := len(all) - maxList; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return list
}

// short is one line of text without control characters.
func short(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)), " ")
	if letters := []rune(text); len(letters) > maxText {
		return string(letters[:maxText]) + "…"
	}
	return text
}

// headline says who it is about and what happened.
func (m Message) headline() string {
	if m.Run == "" { // there was none
		return fmt.Sprintf("firedrill %s %s", m.Command, m.Event)
	}
	return fmt.Sprintf("firedrill %s %s: run %s", m.Command, m.Event, m.Run)
}

// span is the time that the run took.
func (m Message) span() string {
	return time.Duration(m.Seconds * float64(time.Second)).Truncate(time.Second).String()
}
