package provenance

import (
	"maps"
	"slices"
	"strings"

	"firedrill/pipeline/images/inputs"
)

// Changes names the inputs that are not what they were when the image was
// built, in order. Debian packages are found out by installing them only.
func (p Provenance) Changes(now []inputs.Input) []string {
	before, after := byName(p.Inputs), byName(now)
	changed := map[string]bool{}
	for name, digest := range before {
		if other, there := after[name]; !strings.HasPrefix(name, debian) && (!there || !maps.Equal(digest, other)) {
			changed[name] = true
		}
	}
	for name := range after {
		if _, there := before[name]; !there {
			changed[name] = true
		}
	}
	return slices.Sorted(maps.Keys(changed))
}

func byName(all []inputs.Input) map[string]map[string]string {
	found := make(map[string]map[string]string, len(all))
	for _, i := range all {
		found[i.Name] = i.Digest
	}
	return found
}
