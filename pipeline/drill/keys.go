package drill

import (
	"regexp"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"firedrill/pipeline/drill/fault"
)

// The keys of `disturbs` and `needs` that have a meaning to the engine; others are only
// compared.
const (
	keyPrometheus   = "prometheus"
	keyAlertmanager = "alertmanager"
	keyGrafana      = "grafana"
	keyLoki         = "loki"
	keyCollector    = "otel-collector"
	keyInbox        = "inbox"
	keyCPU          = "cpu"
	keyControlPlane = "control-plane"
	keyNamespace    = "namespace/"
)

// namespaceKey is the one kind of key that holds a name.
var namespaceKey = regexp.MustCompile(`^namespace/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// JSONSchemaExtend tells editors what can be disturbed and needed, and that who
// has no rule has visits.
func (Drill) JSONSchemaExtend(s *jsonschema.Schema) {
	s.AnyOf = []*jsonschema.Schema{{Required: []string{"rule"}}, {Required: []string{"visits"}}}
	for _, name := range []string{"disturbs", "needs"} {
		if list, there := s.Properties.Get(name); there {
			list.Items.Pattern = "^(namespace/[a-z0-9]([a-z0-9-]*[a-z0-9])?|" + strings.Join(keys()[1:], "|") + ")$"
		}
	}
}

// keys are those that `disturbs` and `needs` take.
func keys() []string {
	return []string{
		"namespace/NAME", "node/reserved", "node/control-plane", "memory", keyCPU, keyPrometheus, keyAlertmanager,
		keyGrafana, keyLoki, keyCollector, keyInbox, keyControlPlane,
	}
}

// used are what the ways use: who of it is disturbed may tell of nothing.
func used(ways []string) []string {
	var all []string
	for _, way := range ways {
		switch way {
		case WayPrometheus:
			all = append(all, keyPrometheus, keyAlertmanager)
		case WayGrafana:
			all = append(all, keyGrafana, keyPrometheus)
		case WayLoki:
			all = append(all, keyLoki, keyCollector, keyAlertmanager)
		}
	}
	all = append(all, keyInbox)
	slices.Sort(all)
	return slices.Compact(all)
}

// claim is what a drill takes while it lasts: alone what it disturbs, together
// with others what it needs.
type claim struct {
	name            string
	disturbs, needs []string
}

func (d Drill) claim(ways []string) claim {
	needs := append(used(ways), d.Needs...)
	if d.makesPods() {
		needs = append(needs, keyControlPlane)
	}
	return claim{name: d.Name, disturbs: d.Disturbs, needs: needs}
}

// makesPods tells whether the drill has pods made, by its faults or by their
// repair: it then needs who finds a node for them.
func (d Drill) makesPods() bool {
	for _, spec := range slices.Concat(d.Setup, d.Faults, d.During) {
		for _, f := range spec.Given() {
			switch f.(type) {
			case *fault.Cut, *fault.Pause, *fault.Pressure:
			default:
				return true
			}
		}
	}
	return d.Visits != nil
}

// clashes tells whether two drills must not be held at the same time. All pods
// share the machine's CPU, so whoever takes that disturbs everybody.
func (c claim) clashes(other claim) bool {
	return c.name == other.name || c.takesAll() || other.takesAll() ||
		share(c.disturbs, other.disturbs) || share(c.disturbs, other.needs) || share(c.needs, other.disturbs)
}

func (c claim) takesAll() bool { return slices.Contains(c.disturbs, keyCPU) }

// share tells whether a key is in both lists.
func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) })
}

// disturbsNamespace tells whether what happens there may be the drill's doing:
// it says so, or the namespace is the drill's own.
func (d Drill) disturbsNamespace(namespace string) bool {
	return slices.Contains(d.Disturbs, keyNamespace+namespace) || strings.TrimPrefix(namespace, "drill-") == d.Name && namespace != d.Name
}
