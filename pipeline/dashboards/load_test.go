package dashboards

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLoadNamesFileAndLine(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"not JSON":         {"{\n  \"uid\": \"a\",\n  oops\n}", "a.json:3:3: not JSON: invalid character 'o'"},
		"cut off":          {"{\n  \"uid\": \"a\"", "a.json:2:12: not JSON: unexpected end"},
		"wrong type":       {"{\n  \"uid\": 5\n}", "a.json:2:10: uid must be a string, not a number"},
		"no uid":           {`{"title": "A"}`, "a.json:1:1: no uid"},
		"odd uid":          {"{\n  \"uid\": \"a b\", \"title\": \"A\"}", `a.json:2:3: uid "a b"; a uid is`},
		"no title":         {`{"uid": "a"}`, "a.json:1:1: no title"},
		"id of elsewhere":  {"{\n\"id\": 12, \"uid\": \"a\", \"title\": \"A\"}", "a.json:2:1: id is Grafana's own"},
		"key twice":        {"{\"uid\": \"a\",\n\"uid\": \"b\"}", "a.json:2:1: uid is given twice"},
		"export":           {`{"__inputs": [], "uid": "a", "title": "A"}`, "a.json:1:2: the file is an export"},
		"panel without id": {"{\"uid\": \"a\", \"title\": \"A\", \"panels\": [\n{\"title\": \"P\"}]}", `a.json:2:1: panel "P" has no id`},
		"panel id twice": {
			"{\"uid\": \"a\", \"title\": \"A\", \"panels\": [{\"id\": 1, \"title\": \"P\"},\n{\"id\": 2, \"panels\": [\n {\"id\": 1, \"title\": \"Q\"}]}]}",
			`a.json:3:3: panel "Q" has the id 1 of panel "P"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "a.json"), []byte(test.text), 0o644))
			_, err := Load(dir)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestLoadReportsEveryFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.json", "b.json"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(`{"uid": "same", "title": "Same"}`), 0o644))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "c.json"), []byte(`[]`), 0o644))
	_, err := Load(dir)
	require.ErrorContains(t, err, `b.json:1:2: uid "same" is taken by `+filepath.Join(dir, "a.json"))
	require.ErrorContains(t, err, `b.json:1:17: title "Same" is taken by`)
	require.ErrorContains(t, err, "c.json:1:1")
}

func TestLoadWantsAFolderWithDashboards(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none"))
	require.ErrorContains(t, err, "there is no folder")
	_, err = Load(filepath.Join("testdata", "good", "api.json"))
	require.ErrorContains(t, err, "api.json is a file; name its folder")
	_, err = Load(t.TempDir())
	require.ErrorContains(t, err, "no *.json file")
}

func TestLoadKeepsTheTextAsItIs(t *testing.T) {
	found, err := Load(filepath.Join("testdata", "good"))
	require.NoError(t, err)
	require.Len(t, found, 2)
	text, err := os.ReadFile(found[1].File)
	require.NoError(t, err)
	require.Equal(t, string(text), string(found[1].Text))
	require.Equal(t, "website", found[1].UID)
}
