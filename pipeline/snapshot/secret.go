package snapshot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"regexp"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// secretName is how fields and environment variables are called that hold a
// secret outside a Secret.
var secretName = regexp.MustCompile(`(?i)(passw(or)?d|token|secret|api_?key|private_?key|credentials?)$`)

// hide puts hashes in the place of secrets.
func (o Options) hide(object *unstructured.Unstructured) {
	if object.GetKind() != "Secret" {
		o.hideIn(object.Object)
		return
	}
	for _, field := range []string{"data", "stringData"} {
		values, ok := object.Object[field].(map[string]any)
		if !ok {
			continue
		}
		for key, value := range values {
			text, _ := value.(string)
			if plain, err := base64.StdEncoding.DecodeString(text); err == nil && field == "data" {
				text = string(plain)
			}
			values[key] = o.hash(text)
		}
	}
	// An annotation may repeat the object, its values with it.
	if annotations := object.GetAnnotations(); annotations != nil {
		for key, value := range annotations {
			if json.Valid([]byte(value)) && len(value) > 2 && value[0] == '{' {
				annotations[key] = o.hash(value)
			}
		}
		object.SetAnnotations(annotations)
	}
}

// hideIn looks for fields and environment variables that are called like a
// secret.
func (o Options) hideIn(value any) {
	switch v := value.(type) {
	case []any:
		for _, inner := range v {
			o.hideIn(inner)
		}
	case map[string]any:
		if name, _ := v["name"].(string); secretName.MatchString(name) {
			o.hideText(v, "value")
		}
		for key, inner := range v {
			if secretName.MatchString(key) {
				o.hideText(v, key)
			}
			o.hideIn(inner)
		}
	}
}

func (o Options) hideText(in map[string]any, key string) {
	if text, ok := in[key].(string); ok && text != "" {
		in[key] = o.hash(text)
	}
}

// hash is the same for the same secret while the salt is.
func (o Options) hash(secret string) string {
	h := hmac.New(sha256.New, o.Salt)
	h.Write([]byte(secret))
	return "secret " + hex.EncodeToString(h.Sum(nil)[:8])
}
