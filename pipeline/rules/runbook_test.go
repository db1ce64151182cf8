package rules

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill"
)

// whole is a runbook with all that one needs.
const whole = `# Down

## What it means
Nobody answers.

## What to look at
The panel.

## How to mend it
### Gone
Make it anew.
`

func TestRunbookSaysSomething(t *testing.T) {
	const write = "; write what the alarm means, what to look at and how to mend it"
	rule := drill.Rule{Name: "Down", Annotations: map[string]string{"runbook_url": "runbooks/Down.md"}}
	for name, c := range map[string]struct{ book, want string }{
		"whole":             {whole, ""},
		"empty":             {"", "docs/runbooks/Down.md has nothing under ## What it means, ## What to look at, ## How to mend it" + write},
		"a section less":    {"# Down\n\n## What it means\nNobody answers.\n\n## How to mend it\nMake it anew.\n", "docs/runbooks/Down.md has nothing under ## What to look at" + write},
		"a heading alone":   {"## What it means\nNobody answers.\n\n## What to look at\nThe panel.\n\n## How to mend it\n### Gone\n", "docs/runbooks/Down.md has nothing under ## How to mend it" + write},
		"the next one's":    {"## What it means\n\n## What to look at\nThe panel.\n\n## How to mend it\nMake it anew.\n", "docs/runbooks/Down.md has nothing under ## What it means" + write},
		"headings in a row": {"## What it means\n## What to look at\n## How to mend it\nMake it anew.\n", "docs/runbooks/Down.md has nothing under ## What it means, ## What to look at" + write},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			books := filepath.Join(dir, "docs", "runbooks")
			require.NoError(t, os.MkdirAll(books, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(books, "Down.md"), []byte(c.book), 0o600))
			require.Equal(t, c.want, Files{Dir: dir}.runbook(rule))
		})
	}
	require.Equal(t, "there is no docs/runbooks/Down.md"+write, Files{Dir: t.TempDir()}.runbook(rule))
}
