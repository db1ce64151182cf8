package strict_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

type garden struct {
	Name  string `yaml:"name"`
	Trees []tree `yaml:"trees"`
	// Everything below is for the kinds of values.
	Area   float64           `yaml:"area,omitempty"`
	Beds   *int8             `yaml:"beds,omitempty"`
	Wells  uint              `yaml:"wells,omitempty"`
	Open   bool              `yaml:"open,omitempty"`
	Rest   time.Duration     `yaml:"rest,omitempty"`
	Signs  map[string]string `yaml:"signs,omitempty"`
	Notes  any               `yaml:"notes,omitempty"`
	Colour colour            `yaml:"colour,omitempty"`
	Fence  `yaml:",inline"`
	Dir    string `yaml:"-"`
	secret string //nolint:unused // must not become a key
}

type tree struct {
	Kind string   `yaml:"kind"`
	Near []string `yaml:"near,omitempty"`
}

// Fence is written beside the keys of the struct that it is in.
type Fence struct {
	Height int `yaml:"height,omitempty"`
}

// colour reads itself, from whatever is written.
type colour string

func (c *colour) UnmarshalYAML(n ast.Node) error {
	*c = colour(n.String())
	return nil
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
	f, err := strict.Parse("g.yaml", []byte(good+`
area: 7
beds: -3
wells: 2
open: true
rest: 1m30s
signs: {a.b: c, "1": x}
notes: {list: [1, two, {"3": null}], none: ~}
colour: {red: 7}
height: 0x10
`), &g)
	require.NoError(t, err)
	require.NoError(t, f.Err())
	beds := int8(-3)
	require.Equal(t, garden{
		Name: "orchard", Trees: []tree{{"apple", []string{"pear"}}, {Kind: "pear"}},
		Area: 7, Beds: &beds, Wells: 2, Open: true, Rest: 90 * time.Second,
		Signs:  map[string]string{"a.b": "c", "1": "x"},
		Notes:  map[string]any{"list": []any{uint64(1), "two", map[string]any{"3": nil}}, "none": nil},
		Colour: "{red: 7}", Fence: Fence{16},
	}, g)
}

func TestParseTakesAliases(t *testing.T) {
	var g garden
	_, err := strict.Parse("g.yaml", []byte("name: &n x\ntrees:\n- &t {kind: *n, near: &l [a]}\n- *t\n- {<<: *t, kind: b}\n- {kind: c, near: *l}\n"), &g)
	require.NoError(t, err)
	require.Equal(t, []tree{{"x", []string{"a"}}, {"x", []string{"a"}}, {"b", []string{"a"}}, {"c", []string{"a"}}}, g.Trees)
}

func TestParseNullIsNotGiven(t *testing.T) {
	var g garden
	_, err := strict.Parse("g.yaml", []byte("name:\ntrees: ~\nbeds: null\nrest:\nsigns:\n"), &g)
	require.NoError(t, err)
	require.Zero(t, g)
}

func TestErrorfPointsAtTheValueOrWhatIsAboveIt(t *testing.T) {
	var g garden
	f, err := strict.Parse("g.yaml", []byte(good+"signs: {a.b/c: d}\n"), &g)
	require.NoError(t, err)
	f.Errorf("trees[0].near[0]", "no tree %q", "pear")
	f.Errorf("trees[1].near[0]", "missing")
	f.Errorf("signs.a.b/c", "wrong")
	f.Errorf("signs.'a.b/c'", "wrong")
	f.Errorf("fence", "missing")
	require.EqualError(t, f.Err(), `g.yaml:5:12: trees[0].near[0]: no tree "pear"
g.yaml:6:5: trees[1].near[0]: missing
g.yaml:7:16: signs.a.b/c: wrong
g.yaml:7:16: signs.'a.b/c': wrong
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

func TestDidYouMean(t *testing.T) {
	names := []string{"within", "channels", "with"}
	require.Equal(t, "; did you mean within?", strict.DidYouMean("wihtin", names))
	require.Equal(t, "; did you mean channels?", strict.DidYouMean("chanels", names))
	require.Empty(t, strict.DidYouMean("explode", names))
	require.Empty(t, strict.DidYouMean("x", nil))
}
