// Package read is the API through which programs read what came to the inbox:
// the pipeline that proves alarms, and whoever else wants to know.
package read

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/serve"
)

// Path is where notifications are read (GET) and forgotten (DELETE).
const Path = "/api/v1/notifications"

const (
	// maxWait is the longest that a request may wait for a notification.
	maxWait = 30 * time.Second
	// grace is for writing the answer after the wait.
	grace = 10 * time.Second
)

// Box is what is read.
type Box interface {
	Wait(ctx context.Context, since int64) mailbox.Page
	Clear()
}

// Server is where the API is added.
type Server interface {
	Handle(pattern string, h http.Handler)
}

// Add adds the API to a server.
func Add(server Server, box Box) {
	server.Handle("GET "+Path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { list(w, r, box) }))
	server.Handle("DELETE "+Path, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		box.Clear()
		w.WriteHeader(http.StatusNoContent)
	}))
}

func list(w http.ResponseWriter, r *http.Request, box Box) {
	since, wait, err := parse(r.URL.Query())
	if err != nil {
		serve.Error(w, http.StatusBadRequest, "%v", err)
		return
	}
	// The server's own limits are shorter than the wait may be. A connection
	// that can't change them is one of a test.
	control, end := http.NewResponseController(w), time.Now().Add(wait+grace)
	_, _ = control.SetReadDeadline(end), control.SetWriteDeadline(end)

	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	// Who asked may have gone; there is nobody left to tell.
	_ = write(w, box.Wait(ctx, since))
}

// write writes a page notification by notification: as one piece, a full box
// would take its size in memory again for everybody who reads it.
func write(w io.Writer, page mailbox.Page) error {
	_, err := fmt.Fprintf(w, `{"now":%q,"last":%d,"notifications":[`, page.Now.Format(time.RFC3339Nano), page.Last)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // it is no HTML, and would grow sixfold
	for i, n := range page.Notifications {
		if i > 0 {
			if _, err := io.WriteString(w, ","); err != nil {
				return err
			}
		}
		if err := encoder.Encode(n); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "]}\n")
	return err
}

// parse reads the query. A wait that is longer than the longest is cut: the
// reader has to ask again in any case.
func parse(query url.Values) (since int64, wait time.Duration, err error) {
	if text := query.Get("since"); text != "" {
		if since, err = strconv.ParseInt(text, 10, 62); err != nil || since < 0 {
			return 0, 0, fmt.Errorf("since=%q is not the id of a notification; use the \"last\" of an earlier answer, or 0", text)
		}
	}
	if text := query.Get("wait"); text != "" {
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 {
			return 0, 0, fmt.Errorf("wait=%q is not a duration such as 10s", text)
		}
	}
	return since, min(wait, maxWait), nil
}
