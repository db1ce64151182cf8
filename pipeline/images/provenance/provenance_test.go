package provenance_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/provenance"
)

func digest(algorithm, digit string) map[string]string {
	return map[string]string{algorithm: strings.Repeat(digit, 64)}
}

func sample() provenance.Provenance {
	return provenance.Provenance{
		Image: "localhost/a:1", Digest: strings.Repeat("a", 64), Platform: "linux/amd64", Key: "key",
		Inputs: append([]inputs.Input{
			{Name: "go.mod", Digest: digest(inputs.SHA256, "1")},
			{Name: "pkg:golang/example.com/x@v1.0.0", Digest: digest(inputs.DirHash, "2")},
		}, provenance.Debian("bookworm", []string{"bash=5.2-1+b1"})...),
	}
}

func write(t *testing.T, p provenance.Provenance) []byte {
	t.Helper()
	text, err := p.Write()
	require.NoError(t, err)
	return text
}

func TestAStatementIsOfTheFormThatOthersRead(t *testing.T) {
	var said map[string]any
	require.NoError(t, json.Unmarshal(write(t, sample()), &said))
	// Whatever compiles the test is named there.
	details := said["predicate"].(map[string]any)["runDetails"].(map[string]any)["builder"].(map[string]any)
	version := details["version"].(map[string]any)
	require.Contains(t, version, "firedrill")
	require.Contains(t, version["go"], "go1.")
	delete(details, "version")
	text, err := json.MarshalIndent(said, "", "  ")
	require.NoError(t, err)
	golden.Equal(t, "testdata/statement.json", string(text)+"\n")
}

func TestTheSameBuildGivesTheSameText(t *testing.T) {
	first := write(t, sample())
	require.NotContains(t, string(first), `": `, "protojson's blanks are random")
	require.Equal(t, string(first), string(write(t, sample())))
}

func TestReadGivesWhatWasWritten(t *testing.T) {
	p, err := provenance.Read(write(t, sample()))
	require.NoError(t, err)
	require.Equal(t, sample(), p)
}

func TestWhatIsNoProvenanceOfOursIsRefused(t *testing.T) {
	good := string(write(t, sample()))
	for name, c := range map[string]struct{ old, new, message string }{
		"no JSON":       {good, "?", "read the provenance"},
		"a field more":  {`{"_type"`, `{"more":1,"_type"`, "more"},
		"no subject":    {`"subject":[`, `"subject":[],"x":[`, "x"},
		"another type":  {"slsa.dev/provenance/v1", "example.com/v1", `statement of type "https://example.com/v1"`},
		"another build": {"urn:firedrill:build:image.yaml:1", "make", `the build is of type "make"`},
		"half a digest": {strings.Repeat("a", 64), "aa", "digest"},
		"two subjects":  {`"subject":[{`, `"subject":[{"name":"b","digest":{"sha256":"` + strings.Repeat("b", 64) + `"}},{`, "several images"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, good, c.old)
			_, err := provenance.Read([]byte(strings.Replace(good, c.old, c.new, 1)))
			require.ErrorContains(t, err, c.message)
		})
	}
}

func TestAProvenanceThatWouldBeRefusedIsNotWritten(t *testing.T) {
	p := sample()
	p.Digest = "abc"
	_, err := p.Write()
	require.ErrorContains(t, err, "write the provenance of localhost/a:1")
}

func TestChangesNameWhatIsDifferentNow(t *testing.T) {
	p := sample()
	now := slices.Clone(p.Inputs[:2])
	require.Empty(t, p.Changes(now), "Debian packages are not known beforehand")
	now = append(now, inputs.Input{Name: "main.go"})
	now[0].Digest = digest(inputs.SHA256, "9")
	require.Equal(t, []string{"go.mod", "main.go"}, sample().Changes(now))
	require.Equal(t, []string{"go.mod", "pkg:golang/example.com/x@v1.0.0"}, sample().Changes(nil))
}
