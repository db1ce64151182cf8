package charts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// promtool, amtool, loki and the collector check what only the programs
// themselves can judge. They are built from the same modules as the images, so
// that what they accept here is what runs; a test without them would prove
// nothing and fails.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	run(t, "FIREDRILL_PROMTOOL", "promtool", args...)
}

func amtool(t *testing.T, args ...string) {
	t.Helper()
	run(t, "FIREDRILL_AMTOOL", "amtool", args...)
}

func loki(t *testing.T, args ...string) {
	t.Helper()
	run(t, "FIREDRILL_LOKI", "loki", args...)
}

func otelcol(t *testing.T, args ...string) {
	t.Helper()
	run(t, "FIREDRILL_OTELCOL", "otelcol", args...)
}

func run(t *testing.T, variable, name string, args ...string) {
	t.Helper()
	path := program(t, variable, name)
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	require.NoError(t, err, "%s %q:\n%s", path, args, out)
}

// builtIn is the module that each program is built in.
var builtIn = map[string]string{"promtool": "prometheus", "amtool": "alertmanager", "loki": "loki", "otelcol": "otel-collector"}

// program is the path of one of these programs.
func program(t *testing.T, variable, name string) string {
	t.Helper()
	// What the program was built from belongs to what go test goes by when it
	// takes an earlier result.
	module := filepath.Join("..", "images", builtIn[name])
	files, err := filepath.Glob(filepath.Join(module, "*.go"))
	require.NoError(t, err)
	for _, file := range append(files, filepath.Join(module, "go.mod"), filepath.Join(module, "go.sum")) {
		_, err := os.ReadFile(file)
		require.NoError(t, err)
	}
	if path := os.Getenv(variable); path != "" {
		return path
	}
	found, err := exec.LookPath(name)
	require.NoError(t, err, "%s is neither named by %s nor on the PATH: `make %s` builds it, `make test` names it", name, variable, name)
	return found
}

// write puts text into a file of the test's own and returns its path.
func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o755))
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
