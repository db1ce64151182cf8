package rootfs

import (
	"bufio"
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// packages lists what is installed, as dpkg says, or was unpacked without it.
func (f *filter) packages() ([]string, error) {
	var found []string
	var name string
	lines := bufio.NewScanner(bytes.NewReader(f.status))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "Package":
			name = value
		case "Version":
			found = append(found, name+"="+value)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", status, err)
	}
	for deb := range strings.FieldsSeq(string(f.debs)) {
		if p, ok := fromFileName(deb); ok {
			found = append(found, p)
		}
	}
	slices.Sort(found)
	return found, nil
}

// fromFileName reads apt's name of a package file, name_version_arch.deb, in
// which a colon is written %3a.
func fromFileName(deb string) (string, bool) {
	fields := strings.Split(deb, "_")
	if len(fields) != 3 || !strings.HasSuffix(deb, ".deb") {
		return "", false
	}
	version, err := url.PathUnescape(fields[1])
	return fields[0] + "=" + version, err == nil
}
