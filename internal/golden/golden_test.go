package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// judge notes what a test would be told.
type judge struct{ said []string }

func (j *judge) Helper() {}

func (j *judge) Errorf(format string, args ...any) {
	j.said = append(j.said, fmt.Sprintf(format, args...))
}

// FailNow ends a test; here it ends the call.
func (j *judge) FailNow() { panic(j) }

func judged(path, got string, update bool) (said []string) {
	j := &judge{}
	defer func() {
		if r := recover(); r != nil && r != any(j) {
			panic(r)
		}
		said = j.said
	}()
	equal(j, path, got, update)
	return nil
}

func TestEqual(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "file.txt")
	require.Contains(t, judged(path, "a", false)[0], "run the test with -update to write it")

	require.Empty(t, judged(path, "a", true))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "a", string(text))

	require.Empty(t, judged(path, "a", false))
	require.Contains(t, judged(path, "b", false)[0], path)
	require.Empty(t, judged(path, "b", true))
	require.Empty(t, judged(path, "b", false))
}

func TestTextOrBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.txt")
	require.NoError(t, os.WriteFile(path, []byte("a"), 0o600))
	if *update {
		t.Skip("the comparison below would be a writing")
	}
	Equal(t, path, "a")
	Equal(t, path, []byte("a"))
}
