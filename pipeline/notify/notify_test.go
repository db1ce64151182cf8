package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

var message = Message{
	Event: Failed, Command: "nightly", Run: "night-1", Started: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), Seconds: 312.7,
	Verdict: "1 alarm of 2 proven: drill website-down failed.",
	Failed:  []string{"drill: website-down", "drill: <!channel> *bold*"},
	Slower:  []string{"step deploy: 30 s, 20 s before"},
}

const secret = "/services/T00/B00/s3cr3t"

// server keeps the bodies that it is sent.
func server(t *testing.T, status int) (url string, bodies *[]string) {
	t.Helper()
	bodies = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.URL.Path != secret {
			status = http.StatusTeapot
		}
		*bodies = append(*bodies, string(body))
		w.Header().Set("Location", "http://127.0.0.1:1/")
		http.Error(w, "you sent this to "+r.URL.String(), status)
	}))
	t.Cleanup(s.Close)
	return s.URL + secret + "?sig=s3cr3t", bodies
}

func TestFormats(t *testing.T) {
	for _, format := range Formats[1:] {
		t.Run(format, func(t *testing.T) {
			url, bodies := server(t, http.StatusOK)
			target, err := New(url, format)
			require.NoError(t, err)
			require.NoError(t, target.Send(t.Context(), message))
			require.Len(t, *bodies, 1)
			var text bytes.Buffer
			require.NoError(t, json.Indent(&text, []byte((*bodies)[0]), "", "  "))
			golden.Equal(t, filepath.Join("testdata", format+".json"), text.String()+"\n")
		})
	}
}

func TestTheFormatIsToldByTheHost(t *testing.T) {
	for host, want := range map[string]string{
		"hooks.slack.com": "slack", "hooks.slack-gov.com": "slack", "notslack.com": "generic", "slack.com.example.org": "generic",
		"contoso.webhook.office.com": "teams", "prod-01.westeurope.logic.azure.com:443": "teams",
		"default1.4b.environment.api.powerplatform.com": "teams", "example.org": "generic", "127.0.0.1:8080": "generic",
	} {
		target, err := New("https://"+host+secret, "auto")
		require.NoError(t, err)
		require.Equal(t, want, target.format, host)
		require.Equal(t, "https://"+host, target.String())
	}
}

// TestTheAddressIsNeverShown, whatever goes wrong.
func TestTheAddressIsNeverShown(t *testing.T) {
	for _, bad := range []string{"", "s3cr3t", "ftp://host/s3cr3t", "https:///s3cr3t", "https://host/s3cr3t%zz", "https://ho st/s3cr3t", "http://[::1/s3cr3t"} {
		_, err := New(bad, "auto")
		require.ErrorContains(t, err, "the address of notifications is not of the form")
		require.NotContains(t, err.Error(), "s3cr3t")
	}
	_, err := New("https://host/s3cr3t", "carrier-pigeon")
	require.EqualError(t, err, `notification format "carrier-pigeon": choose one of auto, generic, slack, teams`)

	refusing, _ := server(t, http.StatusForbidden)
	moved, _ := server(t, http.StatusTemporaryRedirect)
	for address, want := range map[string]string{
		refusing:                         "it answered 403 Forbidden to the format generic",
		moved:                            "it answered 307 Temporary Redirect",
		"http://127.0.0.1:1/s3cr3t":      "connection refused",
		"http://u:s3cr3t@127.0.0.1:1/hi": "notify http://127.0.0.1:1: ",
	} {
		target, err := New(address, "generic")
		require.NoError(t, err)
		err = target.Send(t.Context(), message)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "notify http://127.0.0.1:")
		require.NotContains(t, err.Error(), "s3cr3t")
	}
}

// TestAServerThatHangsIsLeft when the deadline, here the caller's, is over.
func TestAServerThatHangsIsLeft(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	hung := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel(); <-hung }))
	defer s.Close()
	defer close(hung)
	target, err := New(s.URL+"/s3cr3t", "generic")
	require.NoError(t, err)
	err = target.Send(ctx, message)
	require.ErrorIs(t, err, context.Canceled)
	require.NotContains(t, err.Error(), "s3cr3t")
	require.Equal(t, timeout, target.client.Timeout)
}

func TestTheHeadlineNamesNoRunWhereThereIsNone(t *testing.T) {
	require.Equal(t, "firedrill nightly failed: run night-1", message.headline())
	none := message
	none.Run = ""
	require.Equal(t, "firedrill nightly failed", none.headline())
}

func TestAMessageIsBounded(t *testing.T) {
	long := Message{Run: strings.Repeat("x", 1000), Verdict: "a\x1b[31m\n\tb\u202ec"}
	for range 30 {
		long.Failed = append(long.Failed, strings.Repeat("y", 1000))
	}
	m := long.bounded()
	require.Len(t, []rune(m.Run), maxText+1)
	require.Equal(t, "a[31m bc", m.Verdict)
	require.Len(t, m.Failed, maxList+1)
	require.Equal(t, "and 20 more", m.Failed[maxList])
	require.Equal(t, []string{}, m.Slower, "a list for programs, also when empty")
	for _, body := range []any{slack(m), teams(m)} {
		text, err := json.Marshal(body)
		require.NoError(t, err)
		require.Less(t, len(text), 9000)
	}
}

func TestOnlyNewsIsTold(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "notify")
	s, other := StateOf(folder, "nightly a.yaml"), StateOf(folder, "drill a.yaml")
	for _, c := range []struct {
		failed bool
		want   string
	}{{false, ""}, {true, Failed}, {true, StillFailing}, {false, Recovered}, {false, ""}} {
		got, err := s.Next(c.failed)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
		require.NoError(t, s.Keep(c.failed))
		got, err = other.Next(false)
		require.NoError(t, err)
		require.Empty(t, got, "one job says nothing of the other")
	}
}
