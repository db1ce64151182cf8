package drift

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

func TestCompare(t *testing.T) {
	a := map[string]map[string]string{
		"objects": {"same": "a: 1\n", "changed": "a: 1\nb: 2\nc: 3\n", "gone": "old: true\n", "empty": ""},
		"rules":   {"alarms": "expr: up == 0\n"},
	}
	b := map[string]map[string]string{
		"objects": {"same": "a: 1\n", "changed": "a: 1\nb: 3\nc: 3\n", "new": "added: true\n"},
		"rules":   {"alarms": "expr: up == 0\n"},
		"images":  {"monitoring: web": "sha256:1\n"},
	}
	parts := Compare(a, b)
	require.Equal(t, []string{"images", "objects", "rules"}, []string{parts[0].Name, parts[1].Name, parts[2].Name})
	require.Equal(t, 5, parts[1].Texts)
	require.NoError(t, parts[2].Err(100))
	var said []string
	for _, p := range parts[:2] {
		said = append(said, p.Name+": "+p.Err(100).Error())
	}
	golden.Equal(t, filepath.Join("testdata", "diffs.txt"), strings.Join(said, "\n\n")+"\n")
	require.Empty(t, Compare(a, a)[0].Differences)
}

func TestALongDiffIsCut(t *testing.T) {
	long := map[string]map[string]string{"objects": {"x": strings.Repeat("line\n", 50)}}
	err := Compare(long, nil)[0].Err(10)
	require.Len(t, strings.Split(err.Error(), "\n"), 1+10+1)
	require.ErrorContains(t, err, "… and 44 lines more")
}
