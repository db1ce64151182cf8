package finding

import (
	_ "embed"
	"maps"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed weaknesses.yaml
var weaknesses []byte

// Weakness is our name of what a scanner's check finds, or the check's own id.
func Weakness(id string) string {
	if name, known := names()[id]; known {
		return name
	}
	return id
}

// Weaknesses are the names that we have.
func Weaknesses() []string {
	return slices.Compact(slices.Sorted(maps.Values(names())))
}

// names maps ids of checks to names of weaknesses.
var names = sync.OnceValue(func() map[string]string {
	var byName map[string][]string
	// The tests prove that it can be read.
	_ = yaml.Unmarshal(weaknesses, &byName)
	byID := map[string]string{}
	for name, ids := range byName {
		for _, id := range ids {
			byID[id] = name
		}
	}
	return byID
})
