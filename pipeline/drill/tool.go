package drill

import (
	"slices"
	"strings"

	"firedrill/pipeline/drill/fault"
)

// UsesTool tells whether the drill starts pods of the drills' own image, which
// no chart names.
func (d Drill) UsesTool() bool {
	return slices.ContainsFunc(slices.Concat(d.Setup, d.Faults, d.During), func(s fault.Spec) bool {
		return s.Hog != nil || s.Fill != nil || s.Create != nil && strings.Contains(s.Create.Manifests, ".Image")
	})
}
