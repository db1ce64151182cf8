package dashboards

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-openapi-client-go/client/datasources"
)

// Source is a data source of a Grafana.
type Source struct {
	UID, Name, Type string
	Default         bool
}

// Sources lists the data sources of a Grafana, by name.
func Sources(ctx context.Context, o Options) ([]Source, error) {
	g, err := newGrafana(o)
	if err != nil {
		return nil, err
	}
	return g.sources(ctx)
}

func (g *grafana) sources(ctx context.Context) ([]Source, error) {
	answer, err := g.api.Datasources.GetDataSourcesWithParams(datasources.NewGetDataSourcesParamsWithContext(ctx))
	if err != nil {
		return nil, g.failed("list the data sources", err)
	}
	var all []Source
	for _, s := range answer.Payload {
		all = append(all, Source{UID: s.UID, Name: s.Name, Type: s.Type, Default: s.IsDefault})
	}
	slices.SortFunc(all, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// checkSources makes sure that there is a data source for each variable that
// wants one, and the very one that it starts with.
func checkSources(found []Dashboard, sources []Source, url string) error {
	var errs []error
	for _, d := range found {
		f := newFindings(d.File, d.Text)
		for i, v := range d.Content.Templating.List {
			if v.Type == "datasource" {
				checkSource(fmt.Sprintf("templating.list[%d]", i), v, sources, url, f)
			}
		}
		errs = append(errs, f.errors()...)
	}
	return errors.Join(errs...)
}

func checkSource(at string, v Variable, sources []Source, url string, f *findings) {
	var names []string
	wanted, _ := v.Current.Value.(string)
	known := wanted == "" || wanted == "default"
	for _, s := range sources {
		if s.Type == v.Query {
			names = append(names, s.UID)
			known = known || wanted == s.UID || wanted == s.Name
		}
	}
	switch {
	case len(names) == 0:
		f.mistake(at+".query", "variable $%s wants a data source of type %v, and Grafana at %s has none", v.Name, v.Query, url)
	case !known:
		f.mistake(at+".current.value", "variable $%s starts with the data source %q, which Grafana at %s does not have; those of type %v: %s",
			v.Name, wanted, url, v.Query, strings.Join(names, ", "))
	}
}
