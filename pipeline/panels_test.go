package pipeline

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/event"
)

// TestNoPicturesAreNoFailure: the report draws the panels instead, and says why.
func TestNoPicturesAreNoFailure(t *testing.T) {
	const pages = `<script src="public/build/app.js"></script>`
	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "chromium"), []byte("#!/bin/sh\nexit 1\n"), 0o700)) //nolint:gosec // It is to be run.
	for name, c := range map[string]struct{ page, path, want string }{
		"no pages":         {`{"message": "no assets"}`, broken, "this Grafana has no web pages: the report draws the panels"},
		"no browser":       {pages, t.TempDir(), "no browser to take pictures with: none of chromium, "},
		"a broken browser": {pages, broken, "start " + broken + "/chromium: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PATH", c.path)
			grafana := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, c.page) }))
			defer grafana.Close()
			var last event.Event
			camera, err := openCamera(t.Context(), dashboards.Options{URL: grafana.URL}, func(e event.Event) { last = e })
			require.NoError(t, err)
			require.Nil(t, camera)
			require.Equal(t, event.Skipped, last.State)
			require.Contains(t, last.Message, c.want)
		})
	}
	_, err := openCamera(t.Context(), dashboards.Options{URL: "http://127.0.0.1:1"}, nil)
	require.ErrorContains(t, err, "ask Grafana for its pages: ", "a Grafana that does not answer is a failure")
}

func TestPanelPolicy(t *testing.T) {
	dir := t.TempDir()
	require.Empty(t, panelPolicy(&content.Content{Policies: dir}), "there is none")
	path := filepath.Join(dir, "panels.yaml")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.Equal(t, path, panelPolicy(&content.Content{Policies: dir}))
	t.Chdir(dir)
	require.Empty(t, panelPolicy(&content.Content{}), "not the one that happens to lie here")
}
