package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// refused are calls that are wrong; "SITE" stands for a firedrill.yaml that is
// right.
var refused = []string{
	"bogus",
	"images bogus",
	"deploy-and-test --colour",
	"deploy-and-test --content none.yaml",
	"deploy-and-test --content SITE --images cloud",
	"deploy-and-test --content SITE --engine rkt",
	"deploy-and-test --content SITE --name My_Run",
	"deploy-and-test --content SITE --registry-mirror https://registry.example.com",
	"deploy-and-test --content SITE --kubeconfig none.yaml",
	"deploy-and-test --content SITE --pins none.yaml",
	"deploy-and-test --content SITE --images cloud --engine rkt --name ../up --nodes 11",
	"up --content SITE --nodes -1",
	"up --content SITE --nodes 11",
	"up --content SITE --nodes many",
	"up --content SITE extra",
	"nightly --content SITE --kubeconfig none.yaml",
	"nightly --content none.yaml",
	"nightly --content SITE --notify https:///s3cr3t",
	"nightly --content SITE --notify https://example.org/s3cr3t --notify-format pigeon",
	"up --content SITE --notify-format pigeon",
	"deploy --content SITE",
	"deploy --content SITE --name none",
	"drill --content SITE",
	"drill --content SITE moon-down",
	"drill --content SITE --list moon-down",
	"drill --content SITE --recover web-down",
	"drill --content SITE --against there",
	"drill --content SITE --namespace shop",
	"drill --content SITE --repeat -1",
	"drill --content SITE --check-only moon-down",
	"drill --content SITE --check-only --parallel -1",
	"drill --content SITE --check-only --namespace shop",
	"nightly --content SITE --check-only --max-memory x",
	"dashboards check --content SITE --check-only --within bogus",
	"rules check --content none.yaml",
	"rules mutate --content SITE",
	"rules mutate --content SITE --release web",
	"rules mutate --content SITE --release web --name none",
	"rules mutate --content SITE --tests --again mutants.json",
	"rules mutate --content SITE --again mutants.json",
	"channels test --content SITE",
	"channels test --content SITE --name none",
	"down --name ..",
	"down --all --name one",
	"doctor --content none.yaml",
	"images build --content SITE --images cloud",
	"images load --content SITE",
	"images load --content SITE --kubeconfig none.yaml",
	"images push --content SITE",
	"scan manifests --content none.yaml",
	"scan manifests --content SITE",
	"scan images --content SITE --vuln-db ./none",
	"scan cluster --content SITE --name none",
	"scan rbac --content SITE",
	"images verify --content none.yaml",
	"secrets rotate",
	"secrets rotate --kubeconfig none.yaml",
	"report",
	"report none.jsonl",
}

// TestWhatIsWrongIsRefusedBeforeAnythingIsDone: the error is the whole answer,
// it is returned once and printed by nobody else, and no file is made.
func TestWhatIsWrongIsRefusedBeforeAnythingIsDone(t *testing.T) {
	var screen strings.Builder
	for _, line := range refused {
		t.Run(line, func(t *testing.T) {
			content := inEmptyFolder(t)
			out, progress, err := firedrill(t, strings.Fields(strings.ReplaceAll(line, "SITE", content))...)
			require.Error(t, err)
			require.Empty(t, out)
			require.Empty(t, progress)
			require.Empty(t, whatIsHere(t))
			text := typed(strings.Fields(line), "", err)
			screen.WriteString(strings.ReplaceAll(text, filepath.Dir(content), "SITE"))
		})
	}
	golden.Equal(t, filepath.Join(testdata, "refused.txt"), screen.String())
}

// whatIsHere is what a command has made: files in the folder that it worked
// in, and its cache.
func whatIsHere(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, dir := range []string{".", filepath.Dir(os.Getenv("FIREDRILL_CACHE"))} {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, e := range entries {
			all = append(all, e.Name())
		}
	}
	return all
}
