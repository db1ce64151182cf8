package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const good = `{"time":"2026-03-14T05:12:30Z","step":"images","item":"node","state":"started"}` + "\n"

func TestFromEventsNamesTheBadLine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"garbage":        {good + "garbage\n" + good, ":2: not an event of a run: invalid character 'g'"},
		"garbage at end": {good + "garbage\n", ":2: not an event of a run: invalid character 'g'"},
		"cut in between": {good + good[:40] + "\n" + good, ":2: not an event of a run"},
		"no step":        {good + `{"state":"started"}` + "\n", `:2: not an event of a run: an event without "step"`},
		"unknown state":  {`{"step":"images","state":"burning"}`, `:1: not an event of a run: step images: unknown state "burning": want started, progress`},
		"wrong result":   {`{"step":"images","item":"node","state":"passed","result":{"seconds":"long"}}` + "\n", `:1: not an event of a run: result of step "images", item "node", is no *report.Image`},
		"bad time":       {good + `{"time":"noon","step":"images","state":"started"}` + "\n", ":2: not an event of a run: parsing time"},
		"empty":          {"", "no event in it"},
		"only cut":       {good[:30], "no event in it"},
	} {
		t.Run(name, func(t *testing.T) {
			path := eventsFile(t, c.text)
			_, err := FromEvents(path)
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestFromEventsOfAKilledRun(t *testing.T) {
	for name, text := range map[string]string{
		"cut":               good + good[:len(good)/2],
		"whole, no newline": good[:len(good)-1],
		"blank line":        good + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			m, err := FromEvents(eventsFile(t, text))
			require.NoError(t, err)
			require.Equal(t, Unfinished, m.Step("images").Items[0].Status)
			require.Equal(t, Unfinished, m.Run.Status)
		})
	}
}

func TestFromEventsWithoutFile(t *testing.T) {
	_, err := FromEvents("testdata/none.jsonl")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func eventsFile(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}
