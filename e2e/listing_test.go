//go:build e2e

package e2e_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// listing is all that a run could leave or touch, a line each, sorted.
type listing []string

// lasting are the parts of the cache that are there for later runs.
var lasting = []string{
	"charts", "engine", "go", "scan", "tools",
	"images/blobs", "images/index.json", "images/oci-layout", "images/.index.lock", "images/.use.lock",
}

// list looks at the machine.
func (s *site) list() listing {
	s.t.Helper()
	var l listing
	for _, kind := range [][]string{
		{"container", "ps", "--all", "--format", "{{.ID}} {{.Names}} {{.State}}"},
		{"network", "network", "ls", "--format", "{{.ID}} {{.Name}}"},
		{"volume", "volume", "ls", "--format", "{{.Name}}"},
		{"image", "images", "--filter", "dangling=false", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"},
	} {
		for line := range strings.Lines(s.call(kind[1:]...)) {
			// The engine's copy of the node image is a cache and stays.
			if line = strings.TrimSpace(line); line != "" && !strings.Contains(line, "kindest/node:") {
				l = append(l, kind[0]+" "+line)
			}
		}
	}
	l = append(l, s.files(s.temp)...)
	l = append(l, s.files(s.cache, lasting...)...)
	l = append(l, s.kubeconfigs()...)
	slices.Sort(l)
	return l
}

// files are those below a folder, but for some parts of it that are meant to
// stay. Empty folders count too.
func (s *site) files(dir string, except ...string) listing {
	s.t.Helper()
	var l listing
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if slices.Contains(except, rel) {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		// The folders that hold runs and images may stay; they are made once.
		if rel != "." && rel != "runs" && rel != "images" {
			l = append(l, "file "+path)
		}
		return nil
	})
	require.NoError(s.t, err)
	return l
}

// kubeconfigs are the user's files, with what is in them.
func (s *site) kubeconfigs() listing {
	s.t.Helper()
	home, err := os.UserHomeDir()
	require.NoError(s.t, err)
	files := []string{filepath.Join(home, ".kube", "config")}
	for _, kv := range s.env {
		if named, isKubeconfig := strings.CutPrefix(kv, "KUBECONFIG="); isKubeconfig {
			files = append(files, filepath.SplitList(named)...)
		}
	}
	var l listing
	for _, file := range files {
		text, err := os.ReadFile(file)
		l = append(l, fmt.Sprintf("kubeconfig %s %x there: %v", file, sha256.Sum256(text), err == nil))
		if _, err := os.Stat(file + ".lock"); err == nil {
			l = append(l, "kubeconfig lock "+file+".lock")
		}
	}
	return l
}

// requireNothingLeft compares the machine with how it was before.
func (s *site) requireNothingLeft() {
	s.t.Helper()
	s.requireNoProcesses()
	after := s.list()
	var diff []string
	for _, line := range after {
		if !slices.Contains(s.before, line) {
			diff = append(diff, "left:    "+line)
		}
	}
	for _, line := range s.before {
		if !slices.Contains(after, line) {
			diff = append(diff, "missing: "+line)
		}
	}
	require.Empty(s.t, diff, "something is left, or something that was there before is gone:\n%s", strings.Join(diff, "\n"))
}
