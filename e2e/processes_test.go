//go:build e2e

package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// orphansTimeout is how long the children of a killed program may go on, at
// most: loading a node image from a pipe that has been closed, for example.
const orphansTimeout = time.Minute

// processes are the command lines of what the program started and of what
// that started, itself included. They are told by their environment, which
// they inherit. Only Linux shows it; elsewhere there are none.
func (s *site) processes() []string {
	var found []string
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		// Processes end while they are looked at.
		env, _ := os.ReadFile(filepath.Join(folder, "environ"))
		if !slices.ContainsFunc(bytes.Split(env, []byte{0}), func(kv []byte) bool { return string(kv) == s.mark }) {
			continue
		}
		if command, _ := os.ReadFile(filepath.Join(folder, "cmdline")); len(command) > 0 {
			words := strings.Split(strings.TrimRight(string(command), "\x00"), "\x00")
			found = append(found, strings.Join(words, " "))
		}
	}
	slices.Sort(found)
	return found
}

// requireNoProcesses waits until all have ended by themselves. They must not
// make anything after the cleaning up, so what they leave is looked for later.
func (s *site) requireNoProcesses() {
	s.t.Helper()
	deadline := time.After(orphansTimeout)
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		left := s.processes()
		if len(left) == 0 {
			return
		}
		select {
		case <-deadline:
			require.FailNow(s.t, "processes are left", strings.Join(left, "\n"))
		case <-look.C:
		}
	}
}
