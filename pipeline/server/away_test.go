package server

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// routed is an Alertmanager with these routes below its root.
func routed(t *testing.T, routes string) *Alertmanager {
	t.Helper()
	answer, err := json.Marshal(map[string]any{"config": map[string]string{"original": "route:\n  receiver: everybody\n  routes: " + routes + "\n"}})
	require.NoError(t, err)
	p, _ := serve(t, map[string]string{"/api/v2/status": string(answer)})
	return NewAlertmanager(p)
}

const its = "Service monitoring/server:9090: "

// ways are what may be configured, and why it is not enough; "" if it is.
var ways = map[string]struct{ routes, want string }{
	"by a matcher":         {`[{receiver: drills, matchers: ['drill="true"']}]`, ""},
	"by a list in braces":  {`[{receiver: drills, matchers: ['{drill="true", namespace=~"demo|shop"}']}]`, ""},
	"in the older form":    {`[{receiver: drills, match: {drill: "true"}}]`, ""},
	"by a pattern":         {`[{receiver: drills, match_re: {drill: "tr.e"}}]`, ""},
	"behind one of others": {`[{receiver: web, matchers: ['namespace="shop"']}, {receiver: drills, matchers: ['drill="true"']}]`, ""},
	"behind one for tests of the channels": {
		`[{receiver: people, matchers: ['firedrill_receiver="people"']}, {receiver: drills, matchers: [drill="true"]}]`, "",
	},
	"behind one that wants none of a drill": {
		`[{receiver: web, matchers: ['drill!="true"']}, {receiver: drills, matchers: [drill="true"]}]`, "",
	},
	"none":        {`[]`, its + `its configuration: no route takes all with drill="true"`},
	"not of this": {`[{receiver: drills, matchers: ['drill="false"']}]`, its + `its configuration: no route takes all with drill="true"`},
	"half a match": {
		`[{receiver: drills, match_re: {drill: "tr"}}]`, its + `its configuration: no route takes all with drill="true"`,
	},
	"behind one that takes all": {
		`[{receiver: pager, matchers: ['severity="critical"']}, {receiver: drills, matchers: ['drill="true"']}]`,
		its + `its configuration: the route to pager comes before any that takes all with drill="true", and may take the drill's alarms`,
	},
	"behind one that may by a label not known": {
		`[{receiver: pager, matchers: ['team=~"web|shop"']}, {receiver: drills, matchers: ['drill="true"']}]`,
		its + `its configuration: the route to pager comes before any that takes all with drill="true", and may take the drill's alarms`,
	},
	"passed on": {
		`[{receiver: drills, matchers: ['drill="true"'], continue: true}]`,
		its + `its configuration: the route to drills takes drill="true" but passes it on (continue: true)`,
	},
	"one for some before one for all": {
		`[{receiver: drills, matchers: ['drill="true"', 'team="web"'], continue: true}, {receiver: drills, matchers: ['drill="true"']}]`, "",
	},
	"some alone": {
		`[{receiver: drills, matchers: ['drill="true"', 'team="web"']}]`,
		its + `its configuration: no route takes all with drill="true"`,
	},
	"some, and others for a pager": {
		`[{receiver: drills, matchers: ['drill="true"', 'team="web"']}, {receiver: pager, matchers: ['severity="critical"']}]`,
		its + `its configuration: the route to pager comes before any that takes all with drill="true", and may take the drill's alarms`,
	},
	"by a label known": {`[{receiver: drills, matchers: ['drill="true"', 'severity=~"critical|page"', 'firedrill_receiver!="people"']}]`, ""},
	"to whom it is grouped below": {
		`[{receiver: drills, matchers: ['drill="true"'], routes: [{group_by: [namespace]}, {receiver: drills, matchers: ['team="web"']}]}]`, "",
	},
	"to others below, who want none of it": {
		`[{receiver: drills, matchers: ['drill="true"'], routes: [{receiver: web, matchers: ['namespace="shop"']}]}]`, "",
	},
	"to others below": {
		`[{receiver: drills, matchers: ['drill="true"'], routes: [{receiver: pager, matchers: ['team="web"']}]}]`,
		its + `its configuration: below the route to drills, that to pager may take alarms with drill="true"`,
	},
	"to others further below": {
		`[{receiver: drills, matchers: ['drill="true"'], routes: [{routes: [{receiver: pager, matchers: ['severity="critical"']}]}]}]`,
		its + `its configuration: below the route to drills, that to pager may take alarms with drill="true"`,
	},
	"some to others below": {
		`[{receiver: some, matchers: ['drill="true"', 'team="web"'], routes: [{receiver: pager}]}, {receiver: drills, matchers: ['drill="true"']}]`,
		its + `its configuration: below the route to some, that to pager may take alarms with drill="true"`,
	},
	"a matcher of no known form below": {
		`[{receiver: drills, matchers: ['drill="true"'], routes: [{receiver: web, matchers: ['team']}]}]`,
		its + `its configuration: the route to web: its matcher "team" cannot be read`,
	},
	"to whom the root tells": {
		`[{matchers: ['drill="true"']}]`,
		its + `its configuration: a route wants drill="true" but names no receiver, and so tells whom the one above it tells`,
	},
	"behind one whose pattern is escaped": {
		`[{receiver: pager, matchers: ['team=~"web|shop"', 'namespace=~"\\w+"']}, {receiver: drills, matchers: ['drill="true"']}]`,
		its + `its configuration: the route to pager comes before any that takes all with drill="true", and may take the drill's alarms`,
	},
	"by a pattern with a comma": {`[{receiver: drills, matchers: ['{drill=~"[a-z]{1,4}", namespace=~"demo|shop"}']}]`, ""},
	"a matcher with an escape that there is not": {
		`[{receiver: drills, matchers: ['drill=~"\w+"']}]`,
		its + `its configuration: the route to drills: its matcher "drill=~\"\\w+\"" cannot be read: invalid syntax`,
	},
	"a matcher of no known form": {
		`[{receiver: drills, matchers: ['drill']}]`,
		its + `its configuration: the route to drills: its matcher "drill" cannot be read`,
	},
}

// Away is what keeps a drill from waking people, so it must not be fooled.
func TestAway(t *testing.T) {
	for name, c := range ways {
		t.Run(name, func(t *testing.T) {
			labels := map[string]string{"alertname": "WebsiteDown", "namespace": "demo", "severity": "critical", "drill": "true"}
			err := routed(t, c.routes).Away(t.Context(), "drill", labels)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
		})
	}
}

// matchers are how Alertmanager tells its configuration: escaped between quotes.
func TestMatchersAreReadAsAlertmanagerWritesThem(t *testing.T) {
	for text, want := range map[string][]matcher{
		`namespace=~"shop-\\d+"`:                 {{"namespace", "=~", `shop-\d+`}},
		`host=~"a\\.b"`:                          {{"host", "=~", `a\.b`}},
		`pod=~"a{1,2}"`:                          {{"pod", "=~", "a{1,2}"}},
		`list="a,b",team!="\"web\""`:             {{"list", "=", "a,b"}, {"team", "!=", `"web"`}},
		`{ "label with space" = "a", b !~ "c" }`: {{"label with space", "=", "a"}, {"b", "!~", "c"}},
		`a="",b=c`:                               {{"a", "=", ""}, {"b", "=", "c"}},
		`line="a\nb",`:                           {{"line", "=", "a\nb"}},
	} {
		found, err := readMatchers(text)
		require.NoError(t, err, text)
		require.Equal(t, want, found, text)
	}
	for _, text := range []string{``, `{}`, `a="b" c="d"`, `a="b`, `a=~"b"c"`, `="b"`, `a="b",,c="d"`} {
		_, err := readMatchers(text)
		require.ErrorContains(t, err, "cannot be read", text)
	}
	may := func(text, value string) bool {
		found, err := readMatchers(text)
		require.NoError(t, err)
		return found[0].may(map[string]string{"namespace": value})
	}
	require.True(t, may(`namespace=~"shop-\\d+"`, "shop-1"))
	require.False(t, may(`namespace=~"shop-\\d+"`, "shop-d"))
	require.True(t, may(`namespace=~"a{1,2}"`, "aa"))
}

func TestAwayWithoutAnAnswer(t *testing.T) {
	p, _ := serve(t, nil)
	require.ErrorContains(t, NewAlertmanager(p).Away(t.Context(), "drill", nil), "no endpoints available")
	p, _ = serve(t, map[string]string{"/api/v2/status": `{"config":{"original":"route: ["}}`})
	require.ErrorContains(t, NewAlertmanager(p).Away(t.Context(), "drill", nil), "its configuration: ")
}
