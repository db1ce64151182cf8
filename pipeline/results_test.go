package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/report"
)

func TestTranslateKnowsEveryResultOfAStep(t *testing.T) {
	for name, c := range map[string]struct{ from, to any }{
		"nothing":       {nil, nil},
		"anything else": {"as it is", "as it is"},
		"the gravest check": {
			[]machine.Check{
				{Name: "a", Status: machine.OK}, {Name: "b", Status: machine.Lack, Found: "none", Fix: "get one"}, {Name: "c", Status: machine.Warning},
			},
			report.Check{Name: "b", Status: "lack", Found: "none", Fix: "get one"},
		},
		"the first of good checks": {[]machine.Check{{Name: "a", Status: machine.OK}, {Name: "b", Status: machine.OK}}, report.Check{Name: "a", Status: "ok"}},
		"no check":                 {[]machine.Check(nil), nil},
		"an image built":           {images.Image{Name: "web:1", Digest: "sha256:1", Source: images.FromSource, Seconds: 2, Bytes: 3}, report.Image{Name: "web:1", Digest: "sha256:1", Source: "built", Seconds: 2, Bytes: 3}},
		"an image pulled":          {images.Image{Source: images.Registry}, report.Image{Source: "pulled"}},
		"an image from the store":  {images.Image{Source: images.Registry, Cached: true}, report.Image{Source: "cached"}},
		"a release": {
			deploy.Result{Name: "web", Namespace: "shop", Chart: "charts/web", Seconds: 4},
			report.Release{Name: "web", Namespace: "shop", Chart: "charts/web", Seconds: 4},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got any
			translate(func(e event.Event) { got = e.Result })(event.Event{Result: c.from})
			require.Equal(t, c.to, got)
		})
	}
}
