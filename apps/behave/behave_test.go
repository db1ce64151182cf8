package behave_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/behave"
)

func TestParse(t *testing.T) {
	all := `{"latency":"2s","errors":0.5,"log_errors":50}`
	b, err := behave.Parse([]byte(all))
	require.NoError(t, err)
	require.Equal(t, behave.Behaviour{Latency: 2 * time.Second, Errors: 0.5, LogErrors: 50}, b)
	text, err := json.Marshal(b)
	require.NoError(t, err)
	require.JSONEq(t, all, string(text))

	b, err = behave.Parse([]byte(`{}`))
	require.NoError(t, err)
	require.Zero(t, b)
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                  "no behaviour in JSON",
		`{"latencey":"2s"}`: `unknown field "latencey"`,
		`{"latency":"2"}`:   `latency "2" is not a duration`,
		`{"latency":"-1s"}`: "latency -1s is not between",
		`{"latency":"11s"}`: "latency 11s is not between 0s and 10s",
		`{"errors":1.5}`:    "errors 1.5 is not a share",
		`{"log_errors":-1}`: "log_errors -1 is not between 0 and 1000",
		`{} {}`:             "something stands behind",
	} {
		_, err := behave.Parse([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
	_, err := behave.Parse([]byte(`{"errors":2,"log_errors":2000}`))
	require.ErrorContains(t, err, "errors 2 is")
	require.ErrorContains(t, err, "log_errors 2000 is")
}
