package report

import (
	"io"
	"strings"

	"firedrill/pipeline/event"
)

// Reporter shows a run while it goes on.
type Reporter interface {
	Sink() event.Sink
	// Close says the last word. No event may follow.
	Close() error
}

// Screen is where progress is shown.
type Screen struct {
	// Out is where it is written: the standard error, since the standard
	// output is for data. A terminal must be given as its *os.File.
	Out io.Writer
	// Env looks up an environment variable.
	Env func(string) string
	// Terminal tells whether Out is one.
	Terminal bool
}

// Live picks the reporter that suits the place: groups and annotations under
// GitHub Actions, a live view on a terminal, else plain lines.
func Live(s Screen) Reporter {
	switch {
	case s.Env("GITHUB_ACTIONS") == "true":
		return newGitHub(s.Out, s.Env("GITHUB_STEP_SUMMARY"))
	case s.Terminal && s.Env("TERM") != "dumb":
		return newTerminal(s.Out, newPalette(s.Env("NO_COLOR") == ""))
	default:
		return newPlain(s.Out)
	}
}

// indent puts each line of text after the first under the first one.
func indent(text, margin string) string {
	return strings.ReplaceAll(text, "\n", "\n"+margin)
}
