package serve

import (
	"log/slog"
	"net/http"
	"regexp"
	"time"
)

// maxLogged bounds what a request can write into the log of its own words.
const maxLogged = 256

// tokenForm is what a token may look like. It stands in the log as it was
// sent, so it must be nothing that a reader of logs has to be protected from.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// logRequest writes the one line about a request. The line's duration is in
// seconds. A query's token is in it, so that who sends a request with a token
// of his own can find the line again.
func logRequest(log *slog.Logger, r *http.Request, a *answer, took time.Duration) {
	line := []slog.Attr{
		slog.String("method", bounded(r.Method)),
		slog.String("path", bounded(r.URL.Path)),
		slog.Int("status", a.status()),
		slog.Float64("duration", took.Seconds()),
		slog.Int64("bytes", a.bytes),
		slog.String("remote", r.RemoteAddr),
		slog.String("agent", bounded(r.UserAgent())),
	}
	if token := r.URL.Query().Get("token"); tokenForm.MatchString(token) {
		line = append(line, slog.String("token", token))
	}
	log.LogAttrs(r.Context(), logLevel(r, a.status()), "request", line...)
}

func logLevel(r *http.Request, status int) slog.Level {
	switch {
	case routine(r.URL.Path):
		return slog.LevelDebug // every second, and who asks knows the answer
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case status >= http.StatusBadRequest:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// routine tells what is asked all the time: by kubelet and by Prometheus.
func routine(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/metrics"
}

func bounded(text string) string {
	if len(text) > maxLogged {
		return text[:maxLogged] + "…"
	}
	return text
}
