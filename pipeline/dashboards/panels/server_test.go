package panels

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/dashboards"
)

// TestAnAnswerWithoutEndIsCutOff, and not taken for a short one that is broken.
func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	grafana := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(blanks); err != nil {
				return
			}
		}
	}))
	defer grafana.Close()
	_, err := Server(dashboards.Options{URL: grafana.URL}).Query(t.Context(), Request{})
	require.EqualError(t, err, "read the answer of Grafana at "+grafana.URL+": it is longer than 64 MiB; ask for less, by a narrower query or a shorter time")
}
