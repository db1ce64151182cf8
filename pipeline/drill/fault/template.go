package fault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// values are what a template of manifests can use.
type values struct {
	FreeMemory int64 // bytes
	FreeCPU    int64 // millicores
	Image      string
	Node       string
}

// sample stands in while a drill is checked and there is no cluster yet.
var sample = values{FreeMemory: 1 << 30, FreeCPU: 1000, Image: Image, Node: "node"}

// measured is what is so in the cluster now.
func measured(ctx context.Context, c Cluster) (values, error) {
	all, err := requestable(ctx, c)
	if err != nil {
		return values{}, err
	}
	v := values{Image: Image}
	for _, f := range all {
		v.FreeMemory, v.FreeCPU = max(v.FreeMemory, f.memory.Value()), max(v.FreeCPU, f.cpu.MilliValue())
		if v.Node == "" && isReserved(f.node) {
			v.Node = f.node.Name
		}
	}
	return v, nil
}

// render turns a template into objects.
func render(text string, v values) ([]*unstructured.Unstructured, error) {
	functions := sprig.TxtFuncMap()
	// A drill is the same wherever it is held, and must not read secrets.
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(functions, name)
	}
	parsed, err := template.New("manifests").Option("missingkey=error").Funcs(functions).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("no Go template: %w", err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, v); err != nil {
		return nil, fmt.Errorf("the template fails: %w", err)
	}
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(&out, 4096)
	for {
		o := &unstructured.Unstructured{}
		err := decoder.Decode(&o.Object)
		switch {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("no YAML: %w", err)
		case len(o.Object) == 0:
			continue // nothing between two lines ---
		case o.GetKind() == "" || o.GetAPIVersion() == "" || o.GetName() == "":
			return nil, fmt.Errorf("object %d lacks apiVersion, kind or metadata.name", len(objects)+1)
		}
		objects = append(objects, o)
	}
}
