package report

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/event"
)

func TestLivePicksTheReporter(t *testing.T) {
	for name, c := range map[string]struct {
		env      map[string]string
		terminal bool
		want     Reporter
	}{
		"file":             {nil, false, &plain{}},
		"terminal":         {nil, true, &terminal{}},
		"dumb terminal":    {map[string]string{"TERM": "dumb"}, true, &plain{}},
		"github":           {map[string]string{"GITHUB_ACTIONS": "true"}, false, &github{}},
		"github, terminal": {map[string]string{"GITHUB_ACTIONS": "true"}, true, &github{}},
	} {
		t.Run(name, func(t *testing.T) {
			r := Live(Screen{Out: io.Discard, Env: func(k string) string { return c.env[k] }, Terminal: c.terminal})
			require.IsType(t, c.want, r)
			require.NoError(t, r.Close())
		})
	}
}

func TestPlain(t *testing.T) {
	eachRun(t, func(t *testing.T, name string, stream []event.Event) {
		var text bytes.Buffer
		play(t, newPlain(&text), stream)
		golden.Equal(t, filepath.Join("testdata", name, "plain.txt"), text.Bytes())
	})
}

func TestPlainIsNotChatty(t *testing.T) {
	var text bytes.Buffer
	p := newPlain(&text)
	sink, now := p.Sink(), time.Date(2026, 3, 14, 5, 0, 0, 0, time.UTC)
	sink(event.Event{Time: now, Step: "images", Item: "node", State: event.Started})
	for n := range 60 {
		sink(event.Event{Time: now.Add(time.Duration(n) * time.Second), Step: "images", Item: "node", State: event.Progress, Message: "compiling"})
	}
	require.Equal(t, 3, strings.Count(text.String(), "\n"), "at 15, 30 and 45 s")
}

func TestGitHub(t *testing.T) {
	eachRun(t, func(t *testing.T, name string, stream []event.Event) {
		var text bytes.Buffer
		summary := filepath.Join(t.TempDir(), "summary.md")
		play(t, newGitHub(&text, summary), stream)
		golden.Equal(t, filepath.Join("testdata", name, "github.txt"), text.Bytes())
		table, err := os.ReadFile(summary)
		require.NoError(t, err)
		golden.Equal(t, filepath.Join("testdata", name, "github-summary.md"), table)
	})
}

func TestGitHubTakesNoCommandsFromMessages(t *testing.T) {
	var text bytes.Buffer
	play(t, newGitHub(&text, ""), recorded(t, "hostile"))
	for _, line := range strings.Split(text.String(), "\n") {
		require.NotContains(t, line, "##[")
		require.NotContains(t, line, "\r")
		if !strings.HasPrefix(strings.TrimSpace(line), "::") {
			continue
		}
		require.Regexp(t, `^::(group::[a-z]+|endgroup::|error title=[^:,]*::.*)$`, line)
	}
}

func TestGitHubSaysThatItCannotWriteTheSummary(t *testing.T) {
	r := newGitHub(io.Discard, filepath.Join(t.TempDir(), "none", "summary.md"))
	r.Sink()(event.Event{Step: "run", State: event.Started, Time: time.Now()})
	require.ErrorContains(t, r.Close(), "GITHUB_STEP_SUMMARY")
}

func TestReportersSayThatTheyCannotWrite(t *testing.T) {
	for _, r := range []Reporter{newPlain(closed{}), newGitHub(closed{}, "")} {
		r.Sink().ForStep("images").Start("")
		require.ErrorIs(t, r.Close(), os.ErrClosed)
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, os.ErrClosed }

func play(t *testing.T, r Reporter, stream []event.Event) {
	t.Helper()
	sink := r.Sink()
	for _, e := range stream {
		sink(e)
	}
	require.NoError(t, r.Close())
}

// A command that is no run, such as doctor, leaves the job's page alone.
func TestGitHubSummarizesRunsOnly(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "summary.md")
	r := newGitHub(io.Discard, summary)
	r.Sink()(event.Event{Step: "machine", State: event.Started, Time: time.Now()})
	require.NoError(t, r.Close())
	require.NoFileExists(t, summary)
}
