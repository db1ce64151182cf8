package policy

import (
	"testing"

	"firedrill/internal/golden"
)

// TestSchemas keeps the schemas that editors use up to date.
func TestSchemas(t *testing.T) {
	golden.Schema(t, "../../../schemas/gates.schema.json", "What scans may find at most: policies/gates.yaml", &Gates{})
	golden.Schema(t, "../../../schemas/exceptions.schema.json", "Findings that stay for a while: policies/exceptions.yaml", &Exceptions{})
}
