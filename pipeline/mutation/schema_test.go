package mutation

import (
	"testing"

	"firedrill/internal/golden"
)

// TestSchema keeps the schema that editors use up to date.
func TestSchema(t *testing.T) {
	golden.Schema(t, "../../schemas/mutants.schema.json", "Mutants of rules that no drill can kill: policies/mutants.yaml", &Policy{})
}
