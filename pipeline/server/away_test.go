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

// Away is what keeps a drill from waking people, so it must not be fooled.
func TestAway(t *testing.T) {
	const its = "Service monitoring/server:9090: "
	for name, c := range map[string]struct{ routes, want string }{
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
		"none":        {`[]`, its + `its configuration: no route wants drill="true"`},
		"not of this": {`[{receiver: drills, matchers: ['drill="false"']}]`, its + `its configuration: no route wants drill="true"`},
		"half a match": {
			`[{receiver: drills, match_re: {drill: "tr"}}]`, its + `its configuration: no route wants drill="true"`,
		},
		"behind one that takes all": {
			`[{receiver: pager, matchers: ['severity="critical"']}, {receiver: drills, matchers: ['drill="true"']}]`,
			its + `its configuration: the route to pager comes before any that wants drill="true", and may take the drill's alarms`,
		},
		"behind one that may by a label not known": {
			`[{receiver: pager, matchers: ['team=~"web|shop"']}, {receiver: drills, matchers: ['drill="true"']}]`,
			its + `its configuration: the route to pager comes before any that wants drill="true", and may take the drill's alarms`,
		},
		"passed on": {
			`[{receiver: drills, matchers: ['drill="true"'], continue: true}]`,
			its + `its configuration: the route to drills takes drill="true" but passes it on (continue: true)`,
		},
		"a matcher of no known form": {
			`[{receiver: drills, matchers: ['drill']}]`,
			its + `its configuration: the route to drills: its matcher "drill" cannot be read`,
		},
	} {
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

func TestAwayWithoutAnAnswer(t *testing.T) {
	p, _ := serve(t, nil)
	require.ErrorContains(t, NewAlertmanager(p).Away(t.Context(), "drill", nil), "no endpoints available")
	p, _ = serve(t, map[string]string{"/api/v2/status": `{"config":{"original":"route: ["}}`})
	require.ErrorContains(t, NewAlertmanager(p).Away(t.Context(), "drill", nil), "its configuration: ")
}
