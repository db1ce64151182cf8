package fault

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

// parsed reads one fault as it stands in a drill file.
func parsed(t *testing.T, text string) Fault {
	t.Helper()
	var spec Spec
	_, err := strict.Parse("drill.yaml", []byte(text), &spec)
	require.NoError(t, err)
	given := spec.Given()
	require.Len(t, given, 1)
	for _, f := range given {
		return f
	}
	return nil
}

func TestChecks(t *testing.T) {
	for text, want := range map[string]string{
		`stop: {namespace: demo, app: api}`:                                     "",
		`stop: {namespace: ""}`:                                                 "app namespace",
		`delete: {kind: pods, namespace: demo, name: a}`:                        "",
		`delete: {kind: pods, namespace: demo}`:                                 "name",
		`delete: {namespace: demo, name: a, selector: b}`:                       "kind selector",
		`create: {namespace: a, manifests: ""}`:                                 "manifests",
		`create: {manifests: "{{"}`:                                             "manifests namespace",
		`create: {namespace: a, manifests: "{kind: Pod}"}`:                      "manifests",
		`create: {namespace: a, manifests: '{{ env "HOME" }}'}`:                 "manifests",
		`exec: {namespace: a, app: b, command: [c]}`:                            "",
		`exec: {namespace: a, app: b, command: []}`:                             "command",
		`hog: {namespace: a, memory: 92%}`:                                      "",
		`hog: {namespace: a, cpu: 2}`:                                           "",
		`hog: {namespace: a, memory: 300Mi, limits: {memory: 64Mi}}`:            "",
		`hog: {namespace: a, cpu: 2, limits: {cpu: 200m}}`:                      "",
		`hog: {namespace: a}`:                                                   "memory",
		`hog: {memory: 1Gi, cpu: 1, node: other}`:                               "cpu namespace node",
		`hog: {namespace: a, memory: 120%}`:                                     "memory",
		`hog: {namespace: a, cpu: much}`:                                        "cpu",
		`hog: {namespace: a, memory: 92%, limits: {memory: 64Mi}}`:              "limits",
		`hog: {namespace: a, memory: 9Mi, limits: {}}`:                          "limits",
		`hog: {namespace: a, memory: 9Mi, request: true, limits: {memory: 5%}}`: "limits limits.memory",
		`hog: {namespace: a, memory: 9Mi, limits: {cpu: little}}`:               "limits.cpu",
		`fill: {namespace: a, claim: b, to: 95%}`:                               "",
		`fill: {namespace: a, pod: b, volume: c, to: 100%}`:                     "",
		`fill: {claim: b, pod: c, to: 101%}`:                                    "claim namespace to",
		`fill: {namespace: a, pod: b, to: 95%}`:                                 "volume",
		`fill: {namespace: a, to: 95%}`:                                         "claim",
		`cut: {namespace: demo}`:                                                "app",
		`pause: {node: reserved}`:                                               "",
		`pause: {node: any}`:                                                    "node",
		`pressure: {node: reserved, resource: disk}`:                            "",
		`pressure: {node: worker, resource: room}`:                              "node resource",
		`halt: {component: kube-scheduler}`:                                     "",
		`halt: {component: etcd}`:                                               "component",
		`patch: {kind: a, namespace: b, name: c, patch: {d: 1}}`:                "",
		`patch: {kind: secrets, namespace: b}`:                                  "kind name patch",
		`behave: {namespace: demo, app: website, set: {latency: 2s}}`:           "",
		`behave: {namespace: demo, app: website, set: {}}`:                      "set",
		`behave: {namespace: demo, app: website, set: {errors: 7}}`:             "set",
	} {
		found := slices.Sorted(maps.Keys(mistakes(parsed(t, text))))
		require.Equal(t, want, strings.Join(found, " "), text)
	}
}

func TestStrings(t *testing.T) {
	for text, want := range map[string]string{
		`stop: {namespace: demo, app: api}`:                           "stop demo/api",
		`hog: {namespace: a, memory: 92%}`:                            "use 92% of memory",
		`hog: {namespace: a, cpu: 2, node: any}`:                      "use 2 of cpu on node any",
		`hog: {namespace: a, memory: 95%, request: true}`:             "request 95% of memory",
		`cut: {namespace: demo, app: api, from: website}`:             "cut demo/api off from website",
		`behave: {namespace: demo, app: website, set: {latency: 2s}}`: `make demo/website behave {"latency":"2s"}`,
		`fill: {namespace: a, pod: b, volume: c, to: 95%}`:            "fill volume c of Pod a/b to 95%",
	} {
		require.Equal(t, want, parsed(t, text).String())
	}
}
