package spec_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/images/spec"
)

func TestMistakes(t *testing.T) {
	cases, err := os.ReadDir("testdata/bad")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, c := range cases {
		if !c.IsDir() {
			continue
		}
		t.Run(c.Name(), func(t *testing.T) {
			dir := filepath.Join("testdata", "bad", c.Name())
			specs, err := spec.LoadAll(dir)
			require.Error(t, err)
			require.Empty(t, specs)
			golden.Equal(t, dir+".txt", []byte(err.Error()+"\n"))
		})
	}
}

func TestEveryKind(t *testing.T) {
	specs, err := spec.LoadAll("testdata/good")
	require.NoError(t, err)
	require.Len(t, specs, 1)
	s := specs[0]
	require.Equal(t, "localhost/good:1", s.Name)
	require.True(t, filepath.IsAbs(s.Dir))
	var kinds, files []string
	for _, l := range s.Build.Layers {
		kinds = append(kinds, l.Kind())
		for _, f := range l.Files {
			files = append(files, f.Kind())
		}
	}
	require.Equal(t, []string{"debian", "go", "files", "images"}, kinds)
	require.Equal(t, []string{"content", "from", "source", "link", "output", "dir"}, files)
	require.Equal(t, "minbase", s.Build.Layers[0].Debian.Variant, "a default")
	require.Equal(t, ".", s.Build.Layers[1].Go[0].Module, "a default")
	require.Equal(t, ".", s.Build.Layers[1].Go[1].Patches[0].Generate[0].Module, "a default")
	require.Equal(t, ".", s.Build.Layers[2].Files[4].Output.Module, "a default")
}

func TestHasC(t *testing.T) {
	program := func(cgo bool) spec.Build {
		return spec.Build{Layers: []spec.Layer{{Images: &spec.Images{}}, {Go: []spec.Program{{}, {Cgo: cgo}}}}}
	}
	require.False(t, spec.Spec{Build: program(false), Contains: []spec.Part{{Build: program(false)}}}.HasC())
	require.True(t, spec.Spec{Build: program(true)}.HasC())
	require.True(t, spec.Spec{Build: program(false), Contains: []spec.Part{{Build: program(true)}}}.HasC())
}

// The repository's own image.yaml files are what a run starts from.
func TestRepositoryImages(t *testing.T) {
	specs, err := spec.LoadAll("../../../images")
	require.NoError(t, err)
	require.NotEmpty(t, specs)
}

const schemaFile = "../../../schemas/image.schema.json"

func TestSchemaFileIsCurrent(t *testing.T) {
	schema, err := spec.Schema()
	require.NoError(t, err)
	golden.Equal(t, schemaFile, schema)
}

func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	require.NoError(t, err)
	good, err := filepath.Glob("../../../images/*/image.yaml")
	require.NoError(t, err)
	for _, file := range append(good, "testdata/good/a/image.yaml") {
		require.NoError(t, schema.Validate(asJSON(t, file)), file)
	}
	for _, name := range []string{"unknown-key", "two-kinds", "bad-mode", "bad-digest", "wrong-type", "no-layers", "no-name", "port-as-text"} {
		require.Error(t, schema.Validate(asJSON(t, "testdata/bad/"+name+"/a/image.yaml")), name)
	}
}

// asJSON reads YAML as the schema's validator wants it.
func asJSON(t *testing.T, file string) any {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	text, err = yaml.YAMLToJSON(text)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	return value
}
