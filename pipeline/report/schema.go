package report

import (
	"encoding/json"

	"github.com/invopop/jsonschema"
)

// Schema is the JSON schema of summary.json.
func Schema() ([]byte, error) {
	// A reader of version 1 must be able to read what a later program adds.
	r := jsonschema.Reflector{AllowAdditionalProperties: true, ExpandedStruct: true}
	s := r.Reflect(&Summary{})
	s.ID = ""
	s.Title = "summary.json of a firedrill run"
	s.Description = "What a run did not do is null, not 0."
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}
