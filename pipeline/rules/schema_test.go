package rules

import (
	"testing"

	"firedrill/internal/golden"
)

// TestSchemas keeps the schemas that editors use up to date.
func TestSchemas(t *testing.T) {
	golden.Schema(t, "../../schemas/rules.schema.json", "Metrics that may be missing while all is well: policies/rules.yaml", &Policy{})
	golden.Schema(t, "../../schemas/coverage.schema.json", "How many of the rules drills must see: policies/coverage.yaml", &CoveragePolicy{})
}
