package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"firedrill/pipeline/drill"
)

// sections are what a runbook tells whoever is woken by the alarm.
func sections() []string { return []string{"What it means", "What to look at", "How to mend it"} }

// runbook wants docs/runbooks/RULE.md with something under each of its sections,
// and that the rule links to it.
func (f Files) runbook(rule drill.Rule) string {
	const write = "write what the alarm means, what to look at and how to mend it"
	file := filepath.Join("docs", "runbooks", rule.Name+".md")
	text, err := os.ReadFile(filepath.Join(f.Dir, file))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("there is no %s; %s", file, write)
	case err != nil:
		return fmt.Sprintf("its runbook cannot be read: %v", err)
	}
	if missing := unwritten(string(text)); len(missing) > 0 {
		return fmt.Sprintf("%s has nothing under %s; %s", file, strings.Join(missing, ", "), write)
	}
	if link := rule.Annotations["runbook_url"]; !strings.HasSuffix(link, "runbooks/"+rule.Name+".md") {
		return fmt.Sprintf("runbook_url is %q, which does not end in runbooks/%s.md", link, rule.Name)
	}
	return ""
}

// unwritten are the headings of the sections that a runbook lacks, or has no text for.
func unwritten(book string) (missing []string) {
	for _, title := range sections() {
		heading := "## " + title
		_, text, _ := strings.Cut("\n"+book, "\n"+heading+"\n")
		text, _, _ = strings.Cut("\n"+text, "\n## ")
		if !says(text) {
			missing = append(missing, heading)
		}
	}
	return missing
}

// says tells whether there is more than headings.
func says(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return true
		}
	}
	return false
}
