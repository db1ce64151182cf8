package mutation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNoise(t *testing.T) {
	slow := func(c *Held) { c.Drill, c.Rule = "website-slow", "WebsiteSlow" }
	elsewhere := func(c *Held) { c.Drill, c.Rule, c.Namespaces = "other", "Other", []string{"drill-other"} }
	here := func(c *Held) { slow(c); c.Namespaces = []string{"demo"} }
	failed := func(c *Held) { slow(c); c.Passed = false }
	tests := map[string]struct {
		others []func(*Held)
		spans  []int
		own    []int
		want   string
	}{
		"in the drill of its rule":    {[]func(*Held){slow}, []int{15, 45}, nil, ""},
		"beside a drill of another":   {nil, []int{80, 85}, nil, ""},
		"in a drill of another":       {[]func(*Held){slow}, []int{80, 85}, nil, `website-slow: it fired unannounced: Down{namespace="demo"}`},
		"the drill announces it":      {[]func(*Held){func(c *Held) { slow(c); c.Also = []Alarm{{Rule: "Down"}} }}, []int{80, 85}, nil, ""},
		"announced with other labels": {[]func(*Held){func(c *Held) { slow(c); c.Also = []Alarm{{"Down", map[string]string{"namespace": "x"}}} }}, []int{80, 85}, nil, `website-slow: it fired unannounced: Down{namespace="demo"}`},
		"the rule itself fired":       {[]func(*Held){slow}, []int{80, 85}, []int{82, 83}, ""},
		"the rule fired for a moment": {[]func(*Held){slow}, []int{80, 95}, []int{82, 83}, `website-slow: it fired unannounced: Down{namespace="demo"}`},
		"in a drill that failed":      {[]func(*Held){failed}, []int{80, 85}, nil, ""},
		"another drill is to blame":   {[]func(*Held){elsewhere, here}, []int{80, 85}, nil, `website-slow: it fired unannounced: Down{namespace="demo"}`},
		"one to blame failed":         {[]func(*Held){elsewhere, func(c *Held) { here(c); c.Passed = false }}, []int{80, 85}, nil, ""},
		"before the first drill":      {[]func(*Held){slow}, []int{-5, -3}, nil, `it fired before the first drill, when all was to be quiet: Down{namespace="demo"}`},
		"long before":                 {[]func(*Held){slow}, []int{-60, -20}, nil, ""},
		"after the last drill":        {[]func(*Held){slow}, []int{200, 210}, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			held := []Held{drillOf("Down")}
			for _, change := range test.others {
				h := drillOf("")
				h.Began, h.Ended = noon.Add(76*time.Second), noon.Add(3*time.Minute)
				change(&h)
				held = append(held, h)
			}
			own := fires("", test.own...)
			own.Labels["alertname"] = "Down"
			recorded := Recorded{Series: []Series{fires("M", test.spans...), own, fires("N", -9, 200)}}
			require.Equal(t, test.want, noise(Mutant{Name: "M", Rule: "Down"}, held, recorded))
		})
	}
}

func TestNoDrillNoNoise(t *testing.T) {
	require.Empty(t, noise(Mutant{Name: "M", Rule: "Down"}, nil, Recorded{Series: []Series{fires("M", 0, 100)}}))
}
