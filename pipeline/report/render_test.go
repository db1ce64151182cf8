package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/event"
)

func TestFiles(t *testing.T) {
	eachRun(t, func(t *testing.T, name string, _ []event.Event) {
		dir := t.TempDir()
		require.NoError(t, Write(dir, model(t, name)))
		for _, file := range []string{"junit.xml", "report.html", "summary.json"} {
			text, err := os.ReadFile(filepath.Join(dir, file))
			require.NoError(t, err)
			golden.Equal(t, filepath.Join("testdata", name, file), text)
		}
	})
}

func TestJUnitIsReadable(t *testing.T) {
	eachRun(t, func(t *testing.T, name string, _ []event.Event) {
		var text bytes.Buffer
		require.NoError(t, writeJUnit(&text, model(t, name)))
		var back junitSuites
		require.NoError(t, xml.Unmarshal(text.Bytes(), &back))
		tests, failures := 0, 0
		for _, s := range back.Suites {
			tests += len(s.Cases)
			for _, c := range s.Cases {
				if c.Failure != nil {
					failures++
				}
			}
		}
		require.Equal(t, back.Tests, tests)
		require.Equal(t, back.Failures, failures)
	})
}

func TestJUnitCountsAStepThatFailsOfItself(t *testing.T) {
	m := &Model{}
	m.Add(event.Event{Step: "images", Item: "node", State: event.Passed})
	m.Add(event.Event{Step: "images", State: event.Failed, Message: "the disk is full"})
	var text bytes.Buffer
	require.NoError(t, writeJUnit(&text, m))
	require.Contains(t, text.String(), `<testsuites name="firedrill" tests="2" failures="1"`)
	require.Contains(t, text.String(), `<failure message="the disk is full">`)
}

func TestHostileTextStaysText(t *testing.T) {
	m := model(t, "hostile")
	page := rendered(t, writeHTML, m)
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "<img")
	require.NotContains(t, page, `href="javascript:`)
	require.NotContains(t, page, "\u202e")
	require.Contains(t, page, "&lt;script&gt;", "the message itself must be shown")

	junit := rendered(t, writeJUnit, m)
	require.NotContains(t, junit, "]]>")
	require.NotContains(t, junit, "\x1b")
	require.Contains(t, junit, "]]&gt;")
}

func TestPageNeedsNoNetwork(t *testing.T) {
	page := rendered(t, writeHTML, model(t, "events"))
	for _, fetch := range []string{"<script", "<link", "<img", "@import", "url(", "<iframe"} {
		require.NotContains(t, page, fetch)
	}
}

func rendered(t *testing.T, render func(io.Writer, *Model) error, m *Model) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, render(&text, m))
	return text.String()
}
