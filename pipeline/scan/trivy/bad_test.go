package trivy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/scan/render"
	"firedrill/pipeline/scan/trivy"
)

// program is Trivy, as make scan-test builds it.
func program(t *testing.T) string {
	t.Helper()
	file := os.Getenv("FIREDRILL_TRIVY")
	if file == "" {
		t.Skip("FIREDRILL_TRIVY names no Trivy: run make scan-test")
	}
	return file
}

// plant is a weakness that was put into a file on purpose.
type plant struct {
	weakness string
	place    finding.Place
}

var planted = regexp.MustCompile(`# planted: (\S+)`)

func plants(t *testing.T, dir string) []plant {
	t.Helper()
	var all []plant
	for _, pattern := range []string{"chart/templates/*.yaml", "manifests/*.yaml", "Jenkinsfile", "Dockerfile"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			name, err := filepath.Rel(dir, file)
			require.NoError(t, err)
			for i, line := range strings.Split(string(text), "\n") {
				if m := planted.FindStringSubmatch(line); m != nil {
					all = append(all, plant{m[1], finding.Place{File: name, Line: i + 1}})
				}
			}
		}
	}
	return all
}

// nearby is how far from the planted line a finding may point: what is missing
// has no line of its own, and of some lists Trivy only tells where they begin.
const nearby = 8

// TestEveryPlantedWeaknessIsFound with its file, and with a line of the object
// that has it.
func TestEveryPlantedWeaknessIsFound(t *testing.T) {
	const dir = "testdata/bad"
	into := t.TempDir()
	documents, err := render.Lay(render.Options{Dir: dir, Into: into})
	require.NoError(t, err)
	checker := trivy.Trivy{Program: program(t), Runner: command.OS{}, Cache: t.TempDir()}
	found, err := checker.Manifests(t.Context(), into, documents)
	require.NoError(t, err)

	wanted := plants(t, dir)
	kinds := map[string]bool{}
	near, exact := 0, 0
	for _, p := range wanted {
		i := slices.IndexFunc(found, func(f finding.Finding) bool { return f.Weakness == p.weakness && f.Place.File == p.place.File })
		if i < 0 {
			t.Errorf("%s was planted at %s and not found", p.weakness, p.place)
			continue
		}
		require.False(t, kinds[p.weakness], "%s is planted twice: one of each kind", p.weakness)
		kinds[p.weakness] = true
		d := found[i].Place.Line - p.place.Line
		if d == 0 {
			exact++
		}
		if max(d, -d) <= nearby {
			near++
		} else {
			t.Errorf("%s was planted at %s and found at %s", p.weakness, p.place, found[i].Place)
		}
	}
	t.Logf("%d of %d planted weaknesses found, %d within %d lines of where they are, %d at the very line", len(kinds), len(wanted), near, nearby, exact)
	require.GreaterOrEqual(t, len(wanted), 25)
}
