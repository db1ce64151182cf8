package strict_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

type garden struct {
	Name  string `yaml:"name"`
	Trees []struct {
		Kind string   `yaml:"kind"`
		Near []string `yaml:"near,omitempty"`
	} `yaml:"trees"`
}

const good = `# a comment
name: orchard
trees:
  - kind: apple
    near: [pear]
  - kind: pear
`

func TestParse(t *testing.T) {
	var g garden
	f, err := strict.Parse("g.yaml", []byte(good), &g)
	require.NoError(t, err)
	require.NoError(t, f.Err())
	require.Equal(t, "orchard", g.Name)
	require.Len(t, g.Trees, 2)
}

func TestParseNamesThePlaceOfAMistake(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":     {"name: a\ncolour: red\n", `g.yaml:2:1: unknown field "colour"`},
		"key twice":       {"name: a\nname: b\n", "g.yaml:2:1:"},
		"wrong type":      {"name: a\ntrees: 7\n", "g.yaml:2:8:"},
		"broken YAML":     {"name: [a\n", "g.yaml:1:"},
		"tab":             {"name:\n\t- a\n", "g.yaml:2:"},
		"second document": {"name: a\n---\nname: b\n", "g.yaml:3:1: a second YAML document"},
		"empty":           {"  \n", "g.yaml:1:1: the file is empty"},
		"only comments":   {"# nothing\n", "g.yaml:1:1: the file holds nothing but comments"},
	} {
		t.Run(name, func(t *testing.T) {
			var g garden
			_, err := strict.Parse("g.yaml", []byte(c.text), &g)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestErrorfPointsAtTheValueOrWhatIsAboveIt(t *testing.T) {
	var g garden
	f, err := strict.Parse("g.yaml", []byte(good), &g)
	require.NoError(t, err)
	f.Errorf("trees[0].near[0]", "no tree %q", "pear")
	f.Errorf("trees[1].near[0]", "missing")
	f.Errorf("fence", "missing")
	require.EqualError(t, f.Err(), `g.yaml:5:12: trees[0].near[0]: no tree "pear"
g.yaml:6:9: trees[1].near[0]: missing
g.yaml:1:1: fence: missing`)
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g.yaml")
	var g garden
	_, err := strict.Load(path, &g)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte(good), 0o600))
	_, err = strict.Load(path, &g)
	require.NoError(t, err)
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("name: *a\n"))
	f.Add([]byte("? [\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var g garden
		file, err := strict.Parse("g.yaml", text, &g)
		if err == nil {
			file.Errorf("trees[3].near", "wrong")
			require.Error(t, file.Err())
		}
	})
}
