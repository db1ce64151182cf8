package spec

import (
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"
)

// Schema is the JSON schema of image.yaml, for editors.
func Schema() ([]byte, error) {
	r := jsonschema.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, Anonymous: true}
	s := r.Reflect(&Spec{})
	s.Title = "firedrill image"
	for _, kind := range []string{"go", "debian", "files", "images"} {
		layer := s.Definitions["Layer"]
		layer.OneOf = append(layer.OneOf, &jsonschema.Schema{Required: []string{kind}})
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the schema of %s: %w", FileName, err)
	}
	return append(text, '\n'), nil
}
