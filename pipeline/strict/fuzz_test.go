package strict_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

// Whatever a file holds, reading it gives a value or messages with a place, in
// which no Go shows.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		good, "name: *a\n", "? [\n", "name: &a\ntrees: *a\n", "notes: &a [*a]\n", "notes: &a *a\n",
		"notes: {<<: [{a: 1}, *b], ? [x]: y}\n", "---\n---\n", "%YAML 1.2\n---\nname: a\n...\n", "1: 2\n",
		"rest: 1m\nbeds: 1e2\narea: .inf\nopen: True\nsigns: {a: |\n  b\n}\ncolour: !x y\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var g garden
		file, err := strict.Parse("g.yaml", text, &g)
		if err != nil {
			require.Regexp(t, `^g\.yaml:[1-9][0-9]*:[1-9][0-9]*: .`, err.Error())
			for _, word := range []string{"unmarshal", "interface {}", "reflect", "<nil>", "%!"} {
				if !strings.Contains(string(text), word) {
					require.NotContains(t, err.Error(), word)
				}
			}
			return
		}
		file.Errorf("trees[3].near", "wrong")
		require.Error(t, file.Err())
	})
}
