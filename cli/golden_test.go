package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testdata is absolute, because tests leave the folder that they start in.
var testdata, _ = filepath.Abs("testdata")

// firedrill runs a command as if it were typed.
func firedrill(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, progress bytes.Buffer
	err = Run(t.Context(), args, &out, &progress)
	return out.String(), progress.String(), err
}

// inEmptyFolder works in a folder, and with a cache, in which there is
// nothing. It returns the path of a firedrill.yaml that is as small as can be.
func inEmptyFolder(t *testing.T) (content string) {
	t.Helper()
	content, err := filepath.Abs("../pipeline/testdata/site/firedrill.yaml")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	t.Setenv("FIREDRILL_CACHE", filepath.Join(t.TempDir(), "cache"))
	t.Setenv("GITHUB_ACTIONS", "")
	t.Setenv("FIREDRILL_NOTIFY_URL", "")
	return content
}

// typed is a call and its answer as they stand on a screen.
func typed(args []string, stdout string, err error) string {
	text := "$ firedrill " + strings.Join(args, " ") + "\n" + stdout
	if err != nil {
		text += "firedrill: " + err.Error() + "\n"
	}
	return text
}
