package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"firedrill/pipeline/event"
)

// github writes for the log of GitHub Actions: a group of plain lines for
// each step, an annotation for each failure, and a table for the job's page.
type github struct {
	out     io.Writer
	summary string // path of the job summary, empty for none
	plain   *plain
	line    *bytes.Buffer // what plain has written for the present event

	mu   sync.Mutex
	open string // the step whose group is open
	ran  bool   // there was an event of the run
	err  error
}

func newGitHub(out io.Writer, summary string) *github {
	line := &bytes.Buffer{}
	return &github{out: out, summary: summary, plain: newPlain(line), line: line}
}

// Sink implements Reporter.
func (g *github) Sink() event.Sink {
	lines := g.plain.Sink()
	return func(e event.Event) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.ran = g.ran || e.Step == stepRun
		if e.Item == "" && e.State == event.Started && e.Step != stepRun {
			g.closeGroup()
			g.open = e.Step
			g.print("::group::" + cleanLine(e.Step))
		}
		lines(e)
		text := strings.TrimSuffix(g.line.String(), "\n")
		g.line.Reset()
		if text != "" {
			g.print(text)
		}
		if e.Item == "" && e.State.Ended() && e.Step == g.open {
			g.closeGroup()
			g.annotate(e.Step)
		}
	}
}

// Close implements Reporter.
func (g *github) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closeGroup()
	var err error
	// A command such as doctor is no run, and has nothing for the job's page.
	if g.summary != "" && g.ran {
		err = appendFile(g.summary, jobSummary(g.plain.rec.Model()))
	}
	return errors.Join(g.err, g.plain.Close(), err)
}

func (g *github) closeGroup() {
	if g.open != "" {
		g.print("::endgroup::")
		g.open = ""
	}
}

// annotate marks what failed in a step, outside of its group, which is folded.
func (g *github) annotate(step string) {
	s := g.plain.rec.Model().Step(step)
	for _, item := range s.Items {
		if item.Status == Failed {
			g.annotation(step+": "+item.Name, item.Message)
		}
	}
	if text := problem(s, s.Items); text != "" {
		g.annotation(step, text)
	}
}

func (g *github) annotation(title, message string) {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	g.print("::error title=" + property.Replace(cleanLine(title)) + "::" + data.Replace(strings.TrimSpace(clean(message))))
}

// print breaks the old form of a command, which is one anywhere in a line.
func (g *github) print(text string) {
	text = strings.ReplaceAll(text, "##[", "## [")
	if _, err := fmt.Fprintln(g.out, text); err != nil && g.err == nil {
		g.err = fmt.Errorf("write progress: %w", err)
	}
}

// AddToJob adds a run that is over to the page of the job that env is of, if that is
// one of GitHub Actions: a run in a container could not reach the page.
func AddToJob(env func(string) string, m *Model) error {
	summary := env("GITHUB_STEP_SUMMARY")
	if env("GITHUB_ACTIONS") != "true" || summary == "" {
		return nil
	}
	return appendFile(summary, jobSummary(m))
}

func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open the job summary named by GITHUB_STEP_SUMMARY: %w", err)
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
