//go:build e2e

package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// content is all that a run with one small image of its own needs. The image's
// program imports nothing, so that nothing is downloaded; in a new cache the
// compiler still has Go's runtime to build, which takes it seconds.
var content = map[string]string{
	"firedrill.yaml": `images: images
releases: [{name: only, namespace: only, chart: chart}]
endpoints:
  prometheus: {namespace: only, service: prometheus, port: 9090}
  alertmanager: {namespace: only, service: alertmanager, port: 9093}
  inbox: {namespace: only, service: inbox, port: 8080}
`,
	"chart/Chart.yaml": "apiVersion: v2\nname: only\nversion: 0.1.0\n",
	"images/only/image.yaml": `image: localhost/e2e/only:1
build:
  layers:
    - go: [{package: ./program, to: /program}]
  config: {entrypoint: [/program]}
`,
	"images/only/go.mod":          "module e2e.local/only\n\ngo 1.26.0\n",
	"images/only/program/main.go": "package main\n\nfunc main() { println(\"a program\") }\n",
}

func TestKilledWhileAnImageIsBuilt(t *testing.T) {
	dir := t.TempDir()
	for name, text := range content {
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	cache := filepath.Join(dir, "cache")
	require.NoError(t, os.Mkdir(cache, 0o755))
	s := newSiteIn(t, cache)
	build := []string{"images", "build", "--images", "source", "--content", filepath.Join(dir, "firedrill.yaml")}

	p := s.start(build...)
	p.await(calls("/compile -o"))
	p.kill()
	s.run("down", "--all")
	s.requireNothingLeft()

	s.run(build...)
	require.FileExists(t, filepath.Join(cache, "images", "index.json"))
	s.requireNothingLeft()
}
