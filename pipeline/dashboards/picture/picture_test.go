package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// site is a Grafana's page of a dashboard as far as Take looks at it: panels come
// late, and load for a while.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	page    string
	queries []string
	logins  []string
}

const loading = `<!doctype html><title>Website</title><body style="margin:0">
<div data-panelid="1" style="height:1500px;background:rgb(200,0,0)"><div aria-label="Panel loading bar"></div></div>
<script>setTimeout(() => {
  document.querySelector('[aria-label]').remove();
  document.querySelector('[data-panelid]').style.background = 'rgb(0,200,0)';
}, 700)</script>`

func serve(t *testing.T, page string) *site {
	t.Helper()
	s := &site{page: page}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, r.URL.String())
	s.logins = append(s.logins, r.Header.Get("Authorization"))
	fmt.Fprint(w, s.page)
}

func open(t *testing.T, o Options) *Camera {
	t.Helper()
	c, err := Open(t.Context(), o)
	var none *NoBrowser
	if errors.As(err, &none) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func TestTakeWaitsForThePanelsAndShowsAllOfThem(t *testing.T) {
	s := serve(t, loading)
	c := open(t, Options{URL: s.URL, User: "admin", Password: "secret", Width: 400})
	text, err := c.Take(t.Context(), View{UID: "website", From: "now-1h", To: "now", Variables: map[string][]string{"namespace": {"demo"}}})
	require.NoError(t, err)
	picture, err := png.Decode(bytes.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, 400, picture.Bounds().Dx())
	require.GreaterOrEqual(t, picture.Bounds().Dy(), 1500)
	red, green, _, _ := picture.At(100, 1400).RGBA()
	require.Greater(t, green, red, "the panel must have been drawn")
	require.Equal(t, "/d/website?kiosk&from=now-1h&to=now&var-namespace=demo", s.queries[0])
	require.Equal(t, "Basic YWRtaW46c2VjcmV0", s.logins[0])
}

func TestTakeSaysWhatItSawLast(t *testing.T) {
	s := serve(t, `<title>Login</title><p>Who are you?</p>`)
	c := open(t, Options{URL: s.URL, Timeout: 2 * time.Second})
	_, err := c.Take(t.Context(), View{UID: "website"})
	require.ErrorContains(t, err, "/d/website?kiosk: not ready within 2s: last seen: page \"Login\" with 0 panels")
}

func TestTheBrowserOpensNoOtherHost(t *testing.T) {
	other := serve(t, "")
	// The same machine by another name.
	s := serve(t, fmt.Sprintf(`<title>x</title><div data-panelid="1" style="height:10px">
<img src="http://localhost:%s/spy.png"></div>`, other.URL[len("http://127.0.0.1:"):]))
	c := open(t, Options{URL: s.URL})
	_, err := c.Take(t.Context(), View{UID: "x"})
	require.NoError(t, err)
	require.Empty(t, other.queries)
}

func TestNoBrowserIsAReasonOfItsOwn(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Open(t.Context(), Options{URL: "http://127.0.0.1:1"})
	var none *NoBrowser
	require.ErrorAs(t, err, &none)
	require.ErrorContains(t, err, "none of chromium, ")
}

func TestHasPages(t *testing.T) {
	for page, want := range map[string]bool{
		`<script nonce="" src="public/build/runtime.1a2b.js" defer></script>`:     true,
		`<script src="https://cdn.example/grafana/public/build/app.js"></script>`: true,
		`{"message": "Failed to load the app's assets"}`:                          false,
		`<script src="public/img/x.js"></script>`:                                 false,
	} {
		has, err := HasPages(t.Context(), serve(t, page).URL)
		require.NoError(t, err)
		require.Equal(t, want, has, page)
	}
	_, err := HasPages(t.Context(), "http://127.0.0.1:1")
	require.ErrorContains(t, err, "ask Grafana for its pages")
}
