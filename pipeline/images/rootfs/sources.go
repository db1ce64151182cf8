package rootfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sources are this machine's own apt sources for the suite, as one-line
// entries. There are none when it has another release or system; mmdebstrap
// then takes Debian's default mirror.
func sources(etc, suite string) ([]string, error) {
	var lines []string
	apt := filepath.Join(etc, "apt")
	parts, err := filepath.Glob(filepath.Join(apt, "sources.list.d", "*"))
	if err != nil {
		return nil, fmt.Errorf("look for apt's sources: %w", err)
	}
	for _, file := range append([]string{filepath.Join(apt, "sources.list")}, parts...) {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read apt's sources: %w", err)
		}
		switch filepath.Ext(file) {
		case ".list":
			lines = append(lines, oneLine(string(text), suite)...)
		case ".sources":
			lines = append(lines, deb822(string(text), suite)...)
		}
	}
	return lines, nil
}

// belongs tells whether packages of an apt suite, such as bookworm-security,
// may be taken for the release.
func belongs(aptSuite, release string) bool {
	return slices.Contains([]string{release, release + "-updates", release + "-security"}, aptSuite)
}

// oneLine picks entries of the form "deb [options] URI suite components…".
func oneLine(text, suite string) []string {
	var found []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "deb" {
			continue
		}
		// Options may hold spaces; they end with the bracket.
		rest := fields[1:]
		if end := slices.IndexFunc(fields, func(s string) bool { return strings.HasSuffix(s, "]") }); strings.HasPrefix(fields[1], "[") && end > 0 {
			rest = fields[end+1:]
		}
		if len(rest) > 1 && belongs(rest[1], suite) {
			found = append(found, line)
		}
	}
	return found
}

// deb822 picks stanzas of the form "Types: deb\nURIs: …" and writes them in the
// one-line form, which mmdebstrap takes as arguments.
func deb822(text, suite string) []string {
	var found []string
	for stanza := range strings.SplitSeq(text, "\n\n") {
		fields := stanzaFields(stanza)
		if !slices.Contains(fields["types"], "deb") || slices.Contains(fields["enabled"], "no") {
			continue
		}
		options := ""
		if key := fields["signed-by"]; len(key) == 1 && filepath.IsAbs(key[0]) {
			options = "[signed-by=" + key[0] + "] "
		}
		for _, uri := range fields["uris"] {
			for _, s := range fields["suites"] {
				if belongs(s, suite) {
					found = append(found, fmt.Sprintf("deb %s%s %s %s", options, uri, s, strings.Join(fields["components"], " ")))
				}
			}
		}
	}
	return found
}

func stanzaFields(stanza string) map[string][]string {
	fields := map[string][]string{}
	key := ""
	for line := range strings.Lines(stanza) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if k, v, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, " ") {
			key, line = strings.ToLower(strings.TrimSpace(k)), v
		}
		fields[key] = append(fields[key], strings.Fields(line)...)
	}
	return fields
}
