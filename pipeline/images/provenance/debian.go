package provenance

import (
	"net/url"
	"strings"

	"firedrill/pipeline/images/inputs"
)

// debian is how names of Debian packages begin. Which versions go in is known
// only once they are installed, and no digest of them is.
const debian = purl + "deb/debian/"

// Debian are inputs of packages, each name=version.
func Debian(suite string, packages []string) []inputs.Input {
	var found []inputs.Input
	for _, p := range packages {
		name, version, _ := strings.Cut(p, "=")
		found = append(found, inputs.Input{Name: debian + name + "@" + url.QueryEscape(version) + "?distro=" + suite})
	}
	return found
}
