package report

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

func TestTheRunAndItsEventsGiveTheSameReport(t *testing.T) {
	eachRun(t, func(t *testing.T, _ string, stream []event.Event) {
		dir := t.TempDir()
		o, err := Create(dir)
		require.NoError(t, err)
		sink := o.Sink()
		for _, e := range stream {
			sink(e)
		}
		require.NoError(t, o.Close())
		m, err := FromEvents(filepath.Join(dir, "events.jsonl"))
		require.NoError(t, err)
		require.Equal(t, o.Model(), m)
		require.Equal(t, files(t, dir), rebuilt(t, m))
	})
}

func TestEventsAreOnDiskBeforeTheRunEnds(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "summary.json"), []byte("of an earlier run"), 0o644))
	o, err := Create(dir)
	require.NoError(t, err)
	task := o.Sink().ForStep("images").Start("node")
	task.Progress("compiling")

	// Not closed: this is what a kill leaves.
	m, err := FromEvents(filepath.Join(dir, "events.jsonl"))
	require.NoError(t, err)
	require.Equal(t, "compiling", m.Step("images").Items[0].Progress)
	require.NoFileExists(t, filepath.Join(dir, "summary.json"))
}

func TestAResultThatIsNoJSONLosesOnlyItself(t *testing.T) {
	dir := t.TempDir()
	o, err := Create(dir)
	require.NoError(t, err)
	task := o.Sink().ForStep("images").Start("node")
	require.NoError(t, task.End(nil, Image{Seconds: math.NaN()}))
	require.ErrorContains(t, o.Close(), `result of step "images", item "node", cannot be written as JSON`)
	m, err := FromEvents(filepath.Join(dir, "events.jsonl"))
	require.NoError(t, err)
	require.Equal(t, Passed, m.Step("images").Items[0].Status)
	require.FileExists(t, filepath.Join(dir, "report.html"))
}

func TestCreateSaysWhichFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	_, err := Create(file)
	require.ErrorContains(t, err, file)
}

// Run with -race: every sink takes events of several goroutines, without Tee.
func TestSinksAreSafeSideBySide(t *testing.T) {
	o, err := Create(t.TempDir())
	require.NoError(t, err)
	plain, hub := newPlain(io.Discard), newGitHub(io.Discard, "")
	screen := newTerminal(io.Discard, newPalette(true))
	sinks := []event.Sink{o.Sink(), plain.Sink(), hub.Sink(), screen.Sink()}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			for n := range 10 {
				for _, sink := range sinks {
					task := sink.ForStep("images").Start(strconv.Itoa(worker*10 + n))
					task.Progress("compiling")
					_ = task.End([]error{nil, errors.New("no such module")}[n%2], Image{Source: "built"})
				}
			}
		}()
	}
	all.Wait()
	require.NoError(t, screen.Close())
	require.NoError(t, o.Close())
	for _, m := range []*Model{o.Model(), plain.rec.Model(), hub.plain.rec.Model(), screen.rec.Model()} {
		require.Len(t, m.Step("images").Items, 80)
		require.Equal(t, 40, m.Step("images").count(Failed))
	}
}

func TestModelIsASnapshot(t *testing.T) {
	r := newRecorder()
	task := r.Sink().ForStep("images").Start("node")
	before := r.Model()
	require.NoError(t, task.End(nil, nil))
	require.Equal(t, Unfinished, before.Step("images").Items[0].Status)
	require.Equal(t, Passed, r.Model().Step("images").Items[0].Status)
}

func TestWorkThatStartsAgainForgetsItsFirstEnd(t *testing.T) {
	now := time.Date(2026, 3, 14, 5, 0, 0, 0, time.UTC)
	m := &Model{}
	m.Add(event.Event{Time: now, Step: "images", Item: "node", State: event.Started})
	m.Add(event.Event{Time: now, Step: "images", Item: "node", State: event.Failed, Message: "refused", Seconds: 3})
	m.Add(event.Event{Time: now.Add(time.Minute), Step: "images", Item: "node", State: event.Started})
	item := m.Step("images").Items[0]
	require.Equal(t, Unfinished, item.Status)
	require.Empty(t, item.Message)
	require.Equal(t, 5.0, item.elapsed(now.Add(65*time.Second)))
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name := range renderings {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		all[name] = string(text)
	}
	return all
}

func rebuilt(t *testing.T, m *Model) map[string]string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, Write(dir, m))
	return files(t, dir)
}
