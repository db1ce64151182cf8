package ci_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeGo writes down what is built, and the paths that it is told.
const fakeGo = `#!/bin/sh
for word; do case "$word" in /*) echo "builds $word"; esac; done >>"$LOG"
[ -z "$GOCACHE" ] || echo "caches $GOCACHE, $GOMODCACHE" >>"$LOG"
[ -z "$FIREDRILL_BINARY" ] || echo "tests $FIREDRILL_BINARY" >>"$LOG"
`

// fakeTool writes down by which path it was called.
const fakeTool = `#!/bin/sh
echo "calls $0" >>"$LOG"
`

// A Jenkins job may have a name of two words, and so may a user.
func TestPathsMayHaveSpaces(t *testing.T) {
	dir := t.TempDir()
	checkout, cache, bin := filepath.Join(dir, "fire drills"), filepath.Join(dir, "my cache"), filepath.Join(dir, "bin")
	text, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	for path, file := range map[string]string{
		filepath.Join(checkout, "Makefile"):               string(text),
		filepath.Join(checkout, "bin", "firedrill"):       "#!/bin/sh\n",
		filepath.Join(bin, "go"):                          fakeGo,
		filepath.Join(cache, "tools", "golangci-lint"):    fakeTool,
		filepath.Join(cache, "tools", "actionlint"):       fakeTool,
		filepath.Join(checkout, "tools", "go.mod"):        "",
		filepath.Join(checkout, "images/trivy", "a"):      "",
		filepath.Join(checkout, "images/prometheus", "a"): "",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(file), 0o755))
	}
	log := filepath.Join(dir, "log")
	made := exec.CommandContext(t.Context(), "make", "e2e-test", "ha-test", "promtool", "scan-test", "lint")
	made.Dir = checkout
	made.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + dir, "FIREDRILL_CACHE=" + cache, "LOG=" + log}
	out, err := made.CombinedOutput()
	require.NoError(t, err, string(out))
	said, err := os.ReadFile(log)
	require.NoError(t, err)
	caches, tests := "caches "+cache+"/go/build, "+cache+"/go/mod", "tests "+checkout+"/bin/firedrill"
	require.Equal(t, []string{
		tests, tests,
		"builds " + cache + "/tools/promtool", caches,
		"builds " + cache + "/tools/trivy", caches,
		"builds " + cache + "/tools/",
		"calls " + cache + "/tools/golangci-lint", "calls " + cache + "/tools/actionlint",
	}, strings.Split(strings.TrimSpace(string(said)), "\n"))
}

// fakeFiredrill writes down what it is asked, and finds a survivor.
const fakeFiredrill = `#!/bin/sh
echo "$*" >>"$LOG"
[ "$1" != "$FAILS" ]
`

// The cluster of the mutants is removed, and what became of them decides.
func TestMutationTestRemovesItsCluster(t *testing.T) {
	text, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	const made, gone = "doctor --fix\nup --name mutation-test\ndeploy --name mutation-test\n", "down --name mutation-test\n"
	for fails, want := range map[string]string{
		"nothing": made + "rules mutate --name mutation-test\n" + gone,
		"rules":   made + "rules mutate --name mutation-test\n" + gone,
		"deploy":  made + gone,
		"down":    made + "rules mutate --name mutation-test\n" + gone,
	} {
		t.Run(fails, func(t *testing.T) {
			dir := t.TempDir()
			for path, file := range map[string]string{
				"Makefile": string(text), "bin/firedrill": fakeFiredrill, "path/go": "#!/bin/sh\n", "images/prometheus/a": "",
			} {
				require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(dir, path), []byte(file), 0o755))
			}
			log := filepath.Join(dir, "log")
			run := exec.CommandContext(t.Context(), "make", "mutation-test")
			run.Dir = dir
			run.Env = []string{"PATH=" + filepath.Join(dir, "path") + ":" + os.Getenv("PATH"), "HOME=" + dir, "LOG=" + log, "FAILS=" + fails}
			out, err := run.CombinedOutput()
			require.Equal(t, fails == "nothing", err == nil, string(out))
			said, err := os.ReadFile(log)
			require.NoError(t, err)
			require.Equal(t, want, string(said))
		})
	}
}
