package page

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/serve"
)

// Box is what is shown.
type Box interface {
	Since(id int64) mailbox.Page
}

//go:embed page.html
var source string

var html = template.Must(template.New("page").Parse(source))

// view is what page.html shows.
type view struct {
	mailbox.Page
	// Kept is how many there are, Entries the newest of them, newest first.
	Kept    int
	Entries []entry
}

// New returns the page about the box.
func New(box Box) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var page bytes.Buffer
		if err := html.Execute(&page, newView(box.Since(0))); err != nil {
			panic(err) // page.html and view don't fit together
		}
		serve.HTML(w, page.Bytes())
	})
}

func newView(p mailbox.Page) view {
	v := view{Page: p, Kept: len(p.Notifications)}
	for _, n := range slices.Backward(p.Notifications) {
		if len(v.Entries) == maxShown {
			break
		}
		v.Entries = append(v.Entries, newEntry(n))
	}
	return v
}
