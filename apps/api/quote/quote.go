// Package quote is what the api answers. Both the api and who asks it use it,
// so that they cannot differ.
package quote

import (
	"net/http"
	"sync/atomic"
	"time"

	"firedrill/apps/serve"
)

// Path is where the api answers quotes.
const Path = "/api/v1/quote"

// Quote is one answer of the api.
type Quote struct {
	// Message is a sentence about alarms.
	Message string `json:"message"`
	// Pod is the name of the pod that answered.
	Pod string `json:"pod"`
	// Served is how many quotes that pod has answered, this one included.
	Served uint64 `json:"served"`
	// Time is when it answered.
	Time time.Time `json:"time"`
}

// messages are answered in turn.
var messages = [...]string{
	"An alarm that nobody has heard is a guess.",
	"Break it on Tuesday morning, before it breaks on Saturday night.",
	"A quiet pager proves nothing until you have made it ring.",
	"Every alarm deserves a link to the graph that explains it.",
	"An alarm that does not end teaches people to ignore the next one.",
	"If the repair is not written down, the drill is not over.",
}

// Handler answers quotes.
type Handler struct {
	pod    string
	now    func() time.Time
	served atomic.Uint64
}

// New returns the handler of the pod with that name.
func New(pod string, now func() time.Time) *Handler {
	return &Handler{pod: pod, now: now}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	served := h.served.Add(1)
	serve.JSON(w, http.StatusOK, Quote{
		Message: messages[(served-1)%uint64(len(messages))],
		Pod:     h.pod,
		Served:  served,
		Time:    h.now().UTC(),
	})
}
