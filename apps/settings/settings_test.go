package settings_test

import (
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/settings"
)

// all has one setting of each kind.
type all struct {
	set    *settings.Set
	listen *string
	apiURL *url.URL
	wait   *time.Duration
	keep   *int
	level  *slog.Level
}

func newAll() all {
	s := settings.New("website")
	return all{
		set:    s,
		listen: s.Address("listen", ":8080", "where to listen"),
		apiURL: s.URL("api-url", "http://api:8080", "the api"),
		wait:   s.Duration("wait", 2*time.Second, time.Millisecond, time.Minute, "how long to wait"),
		keep:   s.Int("keep", 10, 1, 100, "how many to keep"),
		level:  s.Level("log-level", slog.LevelInfo, "what to log"),
	}
}

func environment(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, pair := range pairs {
			if key, value, _ := strings.Cut(pair, "="); key == name {
				return value, true
			}
		}
		return "", false
	}
}

func TestDefaults(t *testing.T) {
	a := newAll()
	require.NoError(t, a.set.Parse(nil, environment("WEBSITE_KEEP=")))
	require.Equal(t, ":8080", *a.listen)
	require.Equal(t, "http://api:8080", a.apiURL.String())
	require.Equal(t, 2*time.Second, *a.wait)
	require.Equal(t, 10, *a.keep)
	require.Equal(t, slog.LevelInfo, *a.level)
}

func TestFlagWinsOverEnvironment(t *testing.T) {
	a := newAll()
	env := environment("WEBSITE_KEEP=20", "WEBSITE_API_URL=https://env", "WEBSITE_LOG_LEVEL=debug")
	require.NoError(t, a.set.Parse([]string{"-keep=30", "--wait", "5s"}, env))
	require.Equal(t, 30, *a.keep)
	require.Equal(t, 5*time.Second, *a.wait)
	require.Equal(t, "https://env", a.apiURL.String())
	require.Equal(t, slog.LevelDebug, *a.level)
}

func TestBadValues(t *testing.T) {
	for _, c := range []struct{ arg, env, want string }{
		{arg: "-listen=8080", want: "not an address such as :8080"},
		{arg: "-listen=:http", want: `port "http" is not a number`},
		{arg: "-listen=:65536", want: `port "65536" is not a number`},
		{arg: "-api-url=api:8080", want: "not a URL such as http://api:8080"},
		{arg: "-api-url=ftp://api", want: "not a URL"},
		{arg: "-api-url=http://", want: "not a URL"},
		{arg: "-api-url=http://api/?a=b", want: "a query (?)"},
		{arg: "-wait=5", want: "not a duration such as 2s"},
		{arg: "-wait=0s", want: "not between 1ms and 1m0s"},
		{arg: "-wait=2h", want: "not between"},
		{arg: "-keep=ten", want: "not a whole number"},
		{arg: "-keep=-1", want: "not between 1 and 100"},
		{arg: "-log-level=loud", want: "not one of debug, info, warn, error"},
		{arg: "-nope", want: "-nope; see website -h"},
		{arg: "-keep", want: "needs an argument"},
		{arg: "start", want: `unexpected argument "start"`},
		{env: "WEBSITE_KEEP=ten", want: `invalid value "ten" of environment variable WEBSITE_KEEP: not a whole`},
	} {
		t.Run(c.arg+c.env, func(t *testing.T) {
			var args []string
			if c.arg != "" {
				args = []string{c.arg}
			}
			require.ErrorContains(t, newAll().set.Parse(args, environment(c.env)), c.want)
		})
	}
}

func TestEveryBadVariableIsNamed(t *testing.T) {
	err := newAll().set.Parse(nil, environment("WEBSITE_KEEP=x", "WEBSITE_WAIT=y"))
	require.ErrorContains(t, err, "WEBSITE_KEEP")
	require.ErrorContains(t, err, "WEBSITE_WAIT")
}

func TestHelp(t *testing.T) {
	a := newAll()
	require.ErrorIs(t, a.set.Parse([]string{"-h"}, environment()), settings.ErrHelp)
	var out strings.Builder
	a.set.PrintHelp(&out)
	require.Contains(t, out.String(), "-api-url (or WEBSITE_API_URL), default http://api:8080\n    \tthe api\n")
}
