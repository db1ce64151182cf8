package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// JSON answers with a value as JSON.
func JSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("a value of our own is no JSON: %v", err)) // the observer answers 500
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// Who asked may have gone; there is nobody left to tell.
	_, _ = w.Write(append(body, '\n'))
}

// Error answers with {"error": …}, which says what was wrong with the request.
func Error(w http.ResponseWriter, status int, format string, args ...any) {
	JSON(w, status, map[string]string{"error": fmt.Sprintf(format, args...)})
}

// HTML answers with a page that needs nothing from elsewhere: no script runs
// on it and nothing is loaded, whatever a notification on it contains.
func HTML(w http.ResponseWriter, page []byte) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write(page)
}
