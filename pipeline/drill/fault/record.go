package fault

import (
	"encoding/json"
	"fmt"
)

// record turns what Prepare found out into what is kept for Undo.
func record(v any) (json.RawMessage, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write down what was before the fault: %w", err)
	}
	return text, nil
}

// recall reads what record wrote, perhaps in another process. Its error does not quote
// it: what a fault creates or deletes may be a Secret.
func recall[T any](before json.RawMessage) (v T, err error) {
	if err := json.Unmarshal(before, &v); err != nil {
		return v, fmt.Errorf("read what was before the fault: %w; mend by hand what the drill broke", err)
	}
	return v, nil
}

// mustJSON is for values that always go.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a value of our own is no JSON: %v", err))
	}
	return string(text)
}
