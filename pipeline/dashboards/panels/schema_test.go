package panels

import (
	"testing"

	"firedrill/internal/golden"
)

// TestSchema keeps the schema that editors use up to date.
func TestSchema(t *testing.T) {
	golden.Schema(t, "../../../schemas/panels.schema.json", "Panels that may be empty: policies/panels.yaml", &Policy{})
}
