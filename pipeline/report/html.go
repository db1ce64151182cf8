package report

import (
	"bytes"
	"embed"
	"html/template"
	"io"
)

//go:embed page
var pageFiles embed.FS

// writeHTML makes report.html: one file that needs no network, no script and
// no other file.
func writeHTML(w io.Writer, m *Model) error {
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	funcs := template.FuncMap{"span": span, "seconds": seconds, "size": size, "short": short, "took": took, "ratio": ratio}
	t, err := template.New("report.html.tmpl").Funcs(funcs).ParseFS(pageFiles, "page/*.tmpl")
	if err != nil {
		return err
	}
	// Rendered as a whole first: half a page is worse than an error.
	var text bytes.Buffer
	if err := t.Execute(&text, newPage(m, template.CSS(style))); err != nil { //nolint:gosec // our own style sheet
		return err
	}
	_, err = io.WriteString(w, scrub(text.String()))
	return err
}

// short is the part of a digest by which people tell digests apart.
func short(digest string) string {
	const kept = len("sha256:") + 12
	if len(digest) > kept {
		return digest[:kept]
	}
	return digest
}
