package report

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

// runs are the recorded streams that every rendering is tested with.
var runs = []string{"events", "failed", "lacking", "killed", "hostile", "night"}

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
	in.Buffer(nil, 1<<20)
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
