package report

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// golden compares with a file under version control.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "make it by: go test ./pipeline/report -update")
	require.Equal(t, string(want), string(got), "differs from %s; if that is meant: go test ./pipeline/report -update", path)
}

// runs are the recorded streams that every rendering is tested with.
var runs = []string{"events", "failed", "killed", "hostile"}

func eachRun(t *testing.T, test func(t *testing.T, name string, stream []event.Event)) {
	for _, name := range runs {
		t.Run(name, func(t *testing.T) { test(t, name, recorded(t, name)) })
	}
}

// recorded is a stream as the run sent it.
func recorded(t *testing.T, name string) []event.Event {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".jsonl"))
	require.NoError(t, err)
	defer f.Close()
	var list []event.Event
	in := bufio.NewScanner(f)
	for in.Scan() {
		var l line
		require.NoError(t, json.Unmarshal(in.Bytes(), &l))
		e, err := l.event()
		require.NoError(t, err)
		list = append(list, e)
	}
	require.NoError(t, in.Err())
	return list
}

func model(t *testing.T, name string) *Model {
	t.Helper()
	m, err := FromEvents(filepath.Join("testdata", name+".jsonl"))
	require.NoError(t, err)
	return m
}

func ptr[T any](v T) *T { return &v }
