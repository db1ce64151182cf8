// Package page is the website's one page.
package page

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"

	"firedrill/apps/api/quote"
	"firedrill/apps/serve"
)

// API is what the page asks.
type API interface {
	Quote(ctx context.Context) (quote.Quote, error)
}

// Handler answers the page.
type Handler struct {
	pod string
	api API
	log *slog.Logger
}

// New returns the page of the pod with that name.
func New(pod string, api API, log *slog.Logger) *Handler {
	return &Handler{pod: pod, api: api, log: log}
}

//go:embed page.html
var source string

var html = template.Must(template.New("page").Parse(source))

// view is what page.html shows.
type view struct {
	Pod   string
	Quote *quote.Quote // nil if the api does not answer
}

// ServeHTTP implements http.Handler. The page is there, with status 200, also
// if the api is not: half a website is better than none, and an alarm on the
// website must not hide an alarm on the api.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := view{Pod: h.pod}
	if q, err := h.api.Quote(r.Context()); err == nil {
		v.Quote = &q
	} else {
		h.log.WarnContext(r.Context(), "the page is shown without a quote", "error", err.Error())
	}
	var page bytes.Buffer
	if err := html.Execute(&page, v); err != nil {
		panic(err) // page.html and view don't fit together
	}
	serve.HTML(w, page.Bytes())
}
