package report

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/event"
)

// view is what the terminal shows when the stream has run for that long.
func view(t *testing.T, stream []event.Event, after time.Duration, width, height int) string {
	t.Helper()
	rec := newRecorder()
	sink, now := rec.Sink(), stream[0].Time.Add(after)
	for _, e := range stream {
		if !e.Time.After(now) {
			sink(e)
		}
	}
	l := newLive(rec, newPalette(false), func() time.Time { return now })
	l.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return l.View().Content
}

func TestView(t *testing.T) {
	stream := recorded(t, "events")
	var all strings.Builder
	for _, c := range []struct {
		after         time.Duration
		width, height int
	}{
		{4 * time.Minute, 80, 24},  // images side by side
		{4 * time.Minute, 36, 24},  // narrow
		{650 * time.Second, 80, 5}, // cluster, hardly any room
		{668 * time.Second, 80, 24},
		{664 * time.Second, 80, 6}, // two releases, room for one line
		{705 * time.Second, 80, 24},
		{20 * time.Minute, 80, 24}, // over
	} {
		fmt.Fprintf(&all, "--- after %s, %d x %d\n%s", c.after, c.width, c.height, view(t, stream, c.after, c.width, c.height))
	}
	golden.Equal(t, "testdata/view.txt", []byte(all.String()))
}

func TestViewFitsTheTerminal(t *testing.T) {
	stream := recorded(t, "hostile")
	for _, width := range []int{20, 33, 80, 200} {
		for after := range 30 {
			content := view(t, stream, time.Duration(after)*time.Second, width, 8)
			lines := strings.Split(content, "\n")
			require.LessOrEqual(t, len(lines), 8)
			for _, line := range lines {
				require.LessOrEqual(t, ansi.StringWidth(line), width)
			}
		}
	}
}

func TestTranscript(t *testing.T) {
	eachRun(t, func(t *testing.T, name string, stream []event.Event) {
		rec := newRecorder()
		sink := rec.Sink()
		var all strings.Builder
		for _, e := range stream {
			sink(e)
			if text := transcript(rec.Model(), e, newPalette(false), 100); text != "" {
				all.WriteString(text + "\n")
			}
		}
		golden.Equal(t, filepath.Join("testdata", name, "terminal.txt"), []byte(all.String()))
	})
}

func TestTerminalLeavesKeysAndLineEndsAlone(t *testing.T) {
	var out bytes.Buffer
	r := newTerminal(&out, newPalette(true), tea.WithWindowSize(80, 24), tea.WithEnvironment([]string{"TERM=xterm-kitty"}))
	play(t, r, recorded(t, "failed"))
	text := out.String()
	require.Contains(t, text, "No alarm proven: deploy failed")
	require.Contains(t, text, "CrashLoopBackOff, exit code 2")
	for _, private := range []string{
		"\x1b[>", "\x1b[=", "\x1b[?u", // keyboard protocols: Ctrl-C would not interrupt any more
		"\x1b[?2004", "\x1b[?1049", // bracketed paste, alternate screen
		"$p", "\x1b[c", "\x1b[6n", // questions, whose answers nobody reads
	} {
		require.NotContains(t, text, private)
	}
	require.Equal(t, strings.Count(text, "\n"), strings.Count(text, "\r\n"), "a bare line feed moves to column 0 outside raw mode")
	require.Equal(t, strings.Count(text, "\x1b[?25l"), strings.Count(text, "\x1b[?25h"), "the cursor must come back")
}

func TestNoColour(t *testing.T) {
	var out bytes.Buffer
	r := newTerminal(&out, newPalette(false), tea.WithWindowSize(80, 24))
	play(t, r, recorded(t, "failed"))
	require.NotRegexp(t, `\x1b\[[0-9;]+m`, out.String())
}

func TestTerminalShowsNoEscapeOfMessages(t *testing.T) {
	var out bytes.Buffer
	play(t, newTerminal(&out, newPalette(false), tea.WithWindowSize(80, 24)), recorded(t, "hostile"))
	for _, escape := range []string{"\x1b[2J", "\x1b]0;", "\a", "\u202e"} {
		require.NotContains(t, out.String(), escape)
	}
}
