package rbac

import (
	"testing"

	"firedrill/internal/golden"
)

// TestSchema keeps the schema that editors use up to date.
func TestSchema(t *testing.T) {
	golden.Schema(t, "../../../schemas/rbac.schema.json", "Who may do what: policies/rbac.yaml", &Matrix{})
}
