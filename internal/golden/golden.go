// Package golden compares what a test got with a file under version control.
// The flag -update of a test that imports it writes the files anew, so that a
// change of output can be read as a difference in git.
package golden

import (
	"flag"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// T is what is needed of a *testing.T.
type T interface {
	require.TestingT
	Helper()
}

// Equal fails the test unless got is the content of the file at path.
func Equal[Text string | []byte](t T, path string, got Text) {
	t.Helper()
	equal(t, path, string(got), *update)
}

func equal(t T, path, got string, update bool) {
	t.Helper()
	if update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	require.Equal(t, string(want), got, "differs from %s; if that is meant, run the test with -update", path)
}
